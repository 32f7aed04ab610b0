"""Makes multiple-choice questions about web pages and code from the fact base, always the same ones.

    python3 make_web_questions.py [--each N]     writes data/train.jsonl, dev.jsonl and heldout.jsonl
    python3 make_web_questions.py --check        verifies what lies in data/

Facts are split, not questions: whatever is near to a fact (see facts.py) goes to its side, and wrong options come from
the same side and the same kind. So no fact of a training question occurs in dev.jsonl or heldout.jsonl, not even as a
wrong option. --each says how many questions each training fact gets in each direction; data/ has those of 1.
"""

import argparse
import json
import random
from collections import Counter
from pathlib import Path

import facts

FOLDER = Path(__file__).parent / "data"
SEED = 20261
LETTERS = "ABCD"
SPLITS = ("dev", "heldout", "train")
SHARE = {"dev": 0.10, "heldout": 0.25}
FEWEST_OF_A_KIND = 6
DESCRIBED = {
    "describe-right": "Which is right? The {noun} `{name}` …",
    "describe-said": "What can be said of the {noun} `{name}`? It …",
    "describe-complete": "Complete the sentence: The {noun} `{name}` …",
}
NAMED = {
    "name-which": "Which {noun} {description}?",
    "name-that": "Name the {noun} that {description}.",
    "name-one": "One {noun} {description}. Which one?",
}


def split(all_facts):
    """The facts of each side; a group of near facts is never divided, and each side has some of every kind."""
    draw = random.Random(SEED)
    sizes = Counter(fact.pool for fact in all_facts)
    groups = facts.components(all_facts)
    draw.shuffle(groups)
    sides = {name: [] for name in SPLITS}
    room = {
        name: {pool: max(FEWEST_OF_A_KIND, round(share * size)) for pool, size in sizes.items()}
        for name, share in SHARE.items()
    }
    for group in groups:
        wanted = Counter(fact.pool for fact in group)
        side = next((n for n in SHARE if all(room[n][pool] >= count for pool, count in wanted.items())), "train")
        sides[side] += group
        for pool, count in wanted.items():
            if side in room:
                room[side][pool] -= count
    return {name: sorted(side, key=lambda fact: fact.id) for name, side in sides.items()}


def questions(name, side, each):
    draw = random.Random(f"{SEED} {name}")
    asked = [(fact, forms) for fact, forms in _asked(name, side, each) if len(_others(fact, side)) >= 3]
    draw.shuffle(asked)
    letters = [LETTERS[i % len(LETTERS)] for i in range(len(asked))]
    draw.shuffle(letters)
    for number, ((fact, forms), letter) in enumerate(zip(asked, letters), 1):
        yield _question(f"web-{name}-{number:04d}", name, fact, forms, draw, letter, _others(fact, side))


def _asked(name, side, each):
    """Training facts are asked about both ways; of the others each is asked about once, the two ways by turns."""
    if name == "train":
        return [(fact, forms) for fact in side for forms in (DESCRIBED, NAMED) for _ in range(each)]
    return [(fact, (DESCRIBED, NAMED)[i % 2]) for i, fact in enumerate(side)]


def _others(fact, side):
    """Facts of the same kind that are surely wrong in its place."""
    return [other for other in side if other.pool == fact.pool and other != fact and not other.tags & fact.tags]


def _question(id, name, fact, forms, draw, letter, others):
    form = draw.choice(sorted(forms))
    wrong = draw.sample(others, len(LETTERS) - 1)
    wrong.insert(LETTERS.index(letter), fact)
    options = [one.description if forms is DESCRIBED else one.name for one in wrong]
    question = forms[form].format(noun=fact.noun, name=fact.name, description=fact.description)
    return {
        "id": id,
        "input": {"question": question},
        "options": options,
        "expected": options[LETTERS.index(letter)],
        "letter": letter,
        "split": name,
        "metadata": {"subject": fact.subject, "fact": fact.id, "form": form},
    }


def written(items):
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in items)


def write(each):
    FOLDER.mkdir(exist_ok=True)
    for name, side in split(facts.read()).items():
        made = list(questions(name, side, each))
        (FOLDER / f"{name}.jsonl").write_text(written(made), encoding="utf-8")
        print(f"{name}: {len(made)} questions about {len({one['metadata']['fact'] for one in made})} of {len(side)} facts")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes questions about web pages and code from the fact base.")
    parser.add_argument("--check", action="store_true", help="verify the files in data/ instead of writing them")
    parser.add_argument("--each", type=int, default=1, help="training questions of a fact in each direction")
    arguments = parser.parse_args()
    if arguments.check:
        import check_web_questions

        check_web_questions.check(FOLDER)
    else:
        write(arguments.each)
