"""Reads the fact base in facts/ and refuses what would make a bad question.

A file is a subject. `[kind] noun` opens a kind, and each line below is a fact: `name :: what it does`, then perhaps
`:: tag, tag`. Facts that share a tag are so close that neither may stand as a wrong option for the other.
"""

import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

FOLDER = Path(__file__).parent / "facts"
SEPARATOR = " :: "
LONGEST_NAME, LONGEST_DESCRIPTION, MOST_WORDS = 30, 64, 11
STEM = 4
ONE_PIECE = 0.6


@dataclass(frozen=True)
class Fact:
    subject: str
    kind: str
    noun: str
    name: str
    description: str
    tags: frozenset

    @property
    def id(self):
        return f"{self.subject}/{self.kind}/{self.name}"

    @property
    def pool(self):
        """Where wrong options come from."""
        return self.subject, self.kind

    def words(self):
        return frozenset(re.findall(r"[a-z0-9]+", self.description.lower())) - EMPTY_WORDS

    def key(self):
        """The name as other languages would write it, so that `str.split()` and `string.split()` are seen as one."""
        bare = re.sub(r"\(.*\)$", "", self.name)
        if re.fullmatch(r"[\w.@-]*\w", bare):
            return re.sub(r"[^a-z0-9]", "", bare.split(".")[-1].lower()) or bare
        return bare


EMPTY_WORDS = frozenset(
    "a an the of to in on at by for from with as is are be that this it its and or not no one what which who how where "
    "when so many such only into out up than more most all any if while after before between under over also than "
    "gives tells makes says shows marks sets means stands belongs matches raised thrown".split()
)


def read(folder=FOLDER):
    facts = [fact for file in sorted(folder.glob("*.txt")) for fact in _read_file(file)]
    faults = [f"{fact.id}: {fault}" for fact in facts for fault in _faults(fact)]
    faults += _repeated(facts, lambda fact: (fact.pool, fact.name), "name")
    faults += _repeated(facts, lambda fact: (fact.pool, fact.description), "description")
    if faults:
        raise SystemExit("\n".join(faults))
    return facts


def _read_file(file):
    kind = noun = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line:
            continue
        heading = re.fullmatch(r"\[([a-z]+)\] (\S.*)", line)
        if heading and SEPARATOR not in line:
            kind, noun = heading.groups()
            continue
        parts = line.split(SEPARATOR)
        if kind is None or not 2 <= len(parts) <= 3:
            raise SystemExit(f"{file.name}, line {number}: not `name :: description` or `name :: description :: tags`")
        tags = frozenset(tag.strip() for tag in parts[2].split(",")) if len(parts) == 3 else frozenset()
        yield Fact(file.stem, kind, noun, parts[0], parts[1], tags)


def _faults(fact):
    words = fact.description.split()
    if not 2 <= len(words) <= MOST_WORDS or len(fact.description) > LONGEST_DESCRIPTION:
        yield f"the description has {len(words)} words and {len(fact.description)} characters"
    if len(fact.name) > LONGEST_NAME:
        yield f"the name has {len(fact.name)} characters"
    if fact.description != fact.description.strip(" .") or fact.name != fact.name.strip():
        yield "blanks or a full stop at an end"
    own = fact.name.split(".")[-1]  # `array.` of `array.push()` belongs to all
    shared = _stems(own) & _stems(fact.description)
    if shared:
        yield f"the description gives the name away: {', '.join(sorted(shared))}"


def _stems(text):
    """Beginnings of words, camelCase taken apart; enough to tell `align` in `aligned`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {word[:STEM].lower() for word in re.findall(r"[A-Za-z]+", apart) if len(word) >= STEM}


def _repeated(facts, key, what):
    seen = set()
    for fact in facts:
        if key(fact) in seen:
            yield f"{fact.id}: its {what} occurs twice"
        seen.add(key(fact))


def components(facts, kindred=Path(__file__).parent / "kindred.txt"):
    """Groups of facts that are one piece of knowledge, or too near to it, and so go to one side of the split.

    Near are facts that share a tag or a name, those that kindred.txt joins by hand, and those of two kinds whose
    descriptions have most of their words in common.
    """
    by_id = {fact.id: fact for fact in facts}
    parent = {fact.id: fact.id for fact in facts}

    def root(id):
        while parent[id] != id:
            id = parent[id]
        return id

    def join(one, other):
        parent[root(one)] = root(other)

    first = {}
    for fact in facts:
        for mark in [("tag", tag) for tag in fact.tags] + [("key", fact.key())]:
            join(first.setdefault(mark, fact.id), fact.id)
    for line in kindred.read_text(encoding="utf-8").splitlines():
        ids = line.split(" <=> ")
        unknown = [id for id in ids if id not in by_id]
        if unknown or len(ids) < 2:
            raise SystemExit(f"{kindred.name}: {line!r} does not join known facts: {unknown}")
        for id in ids[1:]:
            join(ids[0], id)
    words = {fact.id: fact.words() for fact in facts}
    for one, other in combinations(facts, 2):
        if one.pool != other.pool and likeness(words[one.id], words[other.id]) >= ONE_PIECE:
            join(one.id, other.id)
    groups = {}
    for fact in facts:
        groups.setdefault(root(fact.id), []).append(fact)
    return list(groups.values())


def likeness(one, other):
    """The share of their words that two descriptions have in common."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
