"""Verifies the questions in data/: what `make_web_questions.py --check` runs; it names every fault it finds."""

import json
from collections import Counter
from itertools import combinations

import facts
import make_web_questions as make

FEWEST = {"train": 2000, "dev": 200, "heldout": 400}
LONGEST_QUESTION = 160
KEYS = ["id", "input", "options", "expected", "letter", "split", "metadata"]


def check(folder):
    known = {fact.id: fact for fact in facts.read()}
    sides = make.split(list(known.values()))
    items = {name: _read(folder / f"{name}.jsonl") for name in make.SPLITS}
    faults = [fault for name in make.SPLITS for fault in _of_items(name, items[name], known)]
    faults += _of_the_split(items, sides)
    faults += _reproduced(folder, sides, items)
    for name in make.SPLITS:
        print(f"{name}: {_summary(items[name])}")
    if faults:
        raise SystemExit("\n".join(faults))
    print("No fault found.")


def _read(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _of_items(name, items, known):
    if len(items) < FEWEST[name]:
        yield f"{name}: {len(items)} questions, fewer than {FEWEST[name]}"
    ids = Counter(item["id"] for item in items)
    yield from (f"{name}: {id} occurs {count} times" for id, count in ids.items() if count > 1)
    texts = Counter((item["input"]["question"], *sorted(item["options"])) for item in items)
    yield from (f"{name}: {text} is asked {count} times" for text, count in texts.items() if count > 1)
    letters = Counter(item["letter"] for item in items)
    if max(letters.values()) - min(letters[sign] for sign in make.LETTERS) > 1:
        yield f"{name}: the letters are not balanced: {letters}"
    for item in items:
        yield from (f"{item['id']}: {fault}" for fault in _of_item(name, item, known))


def _of_item(name, item, known):
    fact = known.get(item["metadata"]["fact"])
    if list(item) != KEYS or item["split"] != name or fact is None:
        yield "wrong keys, split or fact"
        return
    options = item["options"]
    if len(options) != 4 or len(set(options)) < 4:
        yield f"not four different options: {options}"
    if dict(zip(make.LETTERS, options)).get(item["letter"]) != item["expected"]:
        yield "the letter is not that of the expected option"
    if item["expected"] not in (fact.name, fact.description):
        yield "the expected option is not what the fact says"
    if len(item["input"]["question"]) > LONGEST_QUESTION:
        yield f"the question has {len(item['input']['question'])} characters"
    for option in options:
        if option == item["expected"]:
            continue
        wrong = [one for one in known.values() if one.pool == fact.pool and option in (one.name, one.description)]
        if not wrong or any(one.tags & fact.tags for one in wrong):
            yield f"{option!r} is no surely wrong option of the same kind"


def _facts_shown(items, known):
    """Everything a set of questions shows: names and descriptions, right or wrong, with the kinds they belong to."""
    by_text = {}
    for fact in known:
        by_text.setdefault((fact.pool, fact.name), fact.id)
        by_text.setdefault((fact.pool, fact.description), fact.id)
    pools = {fact.id: fact.pool for fact in known}
    return {by_text[pools[item["metadata"]["fact"]], option] for item in items for option in item["options"]} | {
        item["metadata"]["fact"] for item in items
    }


def _of_the_split(items, sides):
    known = [fact for side in sides.values() for fact in side]
    shown = {name: _facts_shown(items[name], known) for name in make.SPLITS}
    side_of = {fact.id: name for name, side in sides.items() for fact in side}
    for name, ids in shown.items():
        yield from (f"{name} shows {id}, a fact of {side_of[id]}" for id in sorted(ids) if side_of[id] != name)
    for one, other in combinations(make.SPLITS, 2):
        yield from (f"{id} is shown in {one} and in {other}" for id in sorted(shown[one] & shown[other]))
        texts = [{item["input"]["question"] for item in items[name]} for name in (one, other)]
        yield from (f"{text!r} is asked in {one} and in {other}" for text in sorted(texts[0] & texts[1]))
    for group in facts.components(known):
        if len({side_of[fact.id] for fact in group}) > 1:
            yield f"near facts are on two sides: {[fact.id for fact in group]}"
    for one, other in combinations(known, 2):
        if side_of[one.id] != side_of[other.id] and one.description == other.description:
            yield f"{one.id} and {other.id} say the same on two sides"


def _reproduced(folder, sides, items):
    for name in make.SPLITS:
        each = max(Counter(item["metadata"]["fact"] for item in items[name]).values()) // 2 if name == "train" else 1
        again = make.written(make.questions(name, sides[name], each))
        if again != (folder / f"{name}.jsonl").read_text(encoding="utf-8"):
            yield f"{name}.jsonl is not what the fact base and the seed make"


def _summary(items):
    letters = Counter(item["letter"] for item in items)
    longest = sum(item["expected"] == max(item["options"], key=len) for item in items) / len(items)
    shortest = sum(item["expected"] == min(item["options"], key=len) for item in items) / len(items)
    told = sum(item["metadata"]["form"].startswith("name") for item in items)
    return (
        f"{len(items)} questions ({told} ask for a name) about {len({item['metadata']['fact'] for item in items})} facts, "
        f"letters {'/'.join(str(letters[sign]) for sign in make.LETTERS)}, "
        f"always the longest option {longest:.1%}, always the shortest {shortest:.1%}"
    )
