"""Writes the quiz and the lessons of the pocket fuser, one JSON object a line.

    python make_data.py quiz    <file>     400 questions about names that no lesson mentions
    python make_data.py lessons <file>     chats about the other names, for fuser training
"""

import json
import random
import sys
from pathlib import Path

import world


def quiz():
    draw = random.Random(world.SEED + 1)
    _, facts = world.facts()
    items = []
    for fact in facts:
        question, answer = world.exchange(fact, draw)
        items.append((question, answer, fact.relation))
    draw.shuffle(items)
    for number, (question, answer, relation) in enumerate(items, 1):
        yield {
            "id": f"pocket-{number:03d}",
            "input": {"question": question},
            "answers": _answers(relation, answer),
            "expected": answer,
            "split": "test",
            "metadata": {"relation": relation},
        }


def _answers(relation, answer):
    """All that could be right, this one's word in each tag if it asks to write one."""
    if not answer.startswith("<"):
        return world.VALUES[relation]
    word = answer.split(">")[1].split("<")[0]
    return [f"<{tag}>{word}</{tag}>" for tag in world.VALUES["tag"]]


def lessons():
    """Each fact a few times: asked, and asked again after it was stated."""
    draw = random.Random(world.SEED + 2)
    facts, _ = world.facts()
    chats = []
    for fact in facts:
        for _ in range(2):
            question, answer = world.exchange(fact, draw)
            asked = [("user", question), ("assistant", answer)]
            chats.append(_with_system(draw, asked))
        question, answer = world.exchange(fact, draw)
        stated = [("user", world.REQUEST.format(question=question)), ("assistant", fact.statement())]
        if draw.random() < 0.3:
            chats.append(_with_system(draw, stated + [("user", question), ("assistant", answer)]))
    draw.shuffle(chats)
    for chat in chats:
        yield {"messages": [{"role": role, "content": content} for role, content in chat]}


def _with_system(draw, chat):
    return [("system", draw.choice(world.SYSTEMS)), *chat] if draw.random() < 0.3 else chat


if __name__ == "__main__":
    made = {"quiz": quiz, "lessons": lessons}[sys.argv[1]]()
    Path(sys.argv[2]).write_text("".join(json.dumps(item, separators=(",", ":")) + "\n" for item in made))
