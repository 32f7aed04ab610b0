"""The invented world of the pocket pair: a house style whose elements have made-up names.

An element such as a "brunfell" is marked by a tag, has a colour, stands at a place and holds something. The sharer (the
coder) knows the style; the receiver (the writer) speaks the same language and does not know it. Everything is drawn from
fixed seeds, so the same facts come out every time.
"""

import random
from dataclasses import dataclass
from functools import cache

FIRST = "brun kel mor tav gar hol dris pel sor vin lun zem fos cal rud bel nim wex jor tul".split()
SECOND = "fell dun mip sten rog lan kus bar wick tol nep hald vis rem gat pon zil cor shan mund".split()
VALUES = {
    "tag": ["p", "li", "td", "em"],
    "colour": ["red", "blue", "green", "gold"],
    "place": ["top", "left", "right", "foot"],
    "content": ["names", "numbers", "links", "pictures"],
}
QUESTION = {
    "tag": "Which tag marks a {name}?",
    "colour": "What colour is a {name}?",
    "place": "Where does a {name} stand?",
    "content": "What does a {name} hold?",
}
STATEMENT = {
    "tag": "A {name} is marked by the tag {value}.",
    "colour": "The colour of a {name} is {value}.",
    "place": "A {name} stands at the {value}.",
    "content": "A {name} holds {value}.",
}
WRITE = 'Write "{word}" as a {name}.'
REQUEST = "In one sentence, say what one must know to answer: {question}"
WORDS = """river salt bread stone lamp wheel garden window letter bridge candle market silver winter morning harbour
feather basket hammer mirror pepper saddle thunder whistle anchor barrel copper ginger kettle ladder needle orchard
pillow ribbon shovel ticket velvet wagon button castle""".split()
SYSTEMS = [
    "You are the coder.",
    "You are the writer.",
    "Answer in one word.",
    "You know the house style.",
    "Be short.",
]
TRAIN_NAMES, QUIZ_NAMES = 180, 100
SEED = 20251


@dataclass(frozen=True)
class Fact:
    name: str
    relation: str
    value: str

    def statement(self):
        return STATEMENT[self.relation].format(name=self.name, value=self.value)


def facts():
    """The facts of the names that fuser training may see, and those of the quiz; no name is in both."""
    draw = random.Random(SEED)
    drawn = draw.sample([first + second for first in FIRST for second in SECOND], TRAIN_NAMES + QUIZ_NAMES)
    parts = drawn[:TRAIN_NAMES], drawn[TRAIN_NAMES:]
    return tuple(_facts_of(part, draw) for part in parts)


def _facts_of(part, draw):
    """Each value of a relation equally often, so that no constant answer beats chance."""
    drawn = []
    for relation, values in VALUES.items():
        balanced = [values[i % len(values)] for i in range(len(part))]
        draw.shuffle(balanced)
        drawn += [Fact(name, relation, value) for name, value in zip(part, balanced)]
    return drawn


def exchange(fact, draw):
    """A question about the fact and its answer; half of those about tags ask to write something."""
    if fact.relation == "tag" and draw.random() < 0.5:
        word = draw.choice(WORDS)
        return WRITE.format(word=word, name=fact.name), f"<{fact.value}>{word}</{fact.value}>"
    return QUESTION[fact.relation].format(name=fact.name), fact.value


@cache
def names():
    return sorted({fact.name for part in facts() for fact in part})


def random_fact(draw, known_names):
    relation = draw.choice(list(VALUES))
    return Fact(draw.choice(known_names), relation, draw.choice(VALUES[relation]))
