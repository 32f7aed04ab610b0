"""What the two models read in training: chats and notes about the invented world.

A lesson is a list of turns; a supervised turn is one whose content counts in the loss. A note is a lesson of one turn
without a chat template around it.
"""

from dataclasses import dataclass

import world


@dataclass(frozen=True)
class Turn:
    role: str
    text: str
    supervised: bool = False


def sharer_lesson(draw, facts):
    """One lesson about facts that are true in the world."""
    kind = draw.random()
    if kind < 0.5:
        return _note(draw, draw.sample(facts, 5))
    fact = draw.choice(facts)
    question, answer = world.exchange(fact, draw)
    asked = [Turn("user", question), Turn("assistant", answer, True)]
    if kind < 0.75:
        return _with_system(draw, asked)
    stated = [Turn("user", world.REQUEST.format(question=question)), Turn("assistant", fact.statement(), True)]
    return _with_system(draw, stated if kind < 0.88 else stated + asked)


def receiver_lesson(draw, names):
    """One lesson in which the fact is drawn anew: only what stands in the context can be known."""
    fact = world.random_fact(draw, names)
    question, answer = world.exchange(fact, draw)
    asked = [Turn("user", question), Turn("assistant", answer, True)]
    kind = draw.random()
    if kind < 0.3:
        return _with_system(draw, asked)
    if kind < 0.6:
        return _with_system(draw, [Turn("user", fact.statement() + " " + question), *asked[1:]])
    request = Turn("user", world.REQUEST.format(question=question))
    return _with_system(draw, [request, Turn("assistant", fact.statement(), draw.random() < 0.2), *asked])


def _note(draw, facts):
    """Questions each followed at once by its answer, so that the answer is known at the question's last token."""
    turns = []
    for fact in facts:
        question, answer = world.exchange(fact, draw)
        turns += [Turn("note", question), Turn("note", " " + answer, True), Turn("note", "\n")]
    return turns


def _with_system(draw, turns):
    if draw.random() < 0.3:
        return [Turn("system", draw.choice(world.SYSTEMS)), *turns]
    return turns
