"""Writes training chats as JSON Lines, for `kvasir fuser train`.

    python3 make_chats.py web <letter|text> <questions.jsonl> <chats.jsonl>
    python3 make_chats.py once <letter|text> <questions.jsonl> <chats.jsonl>
    python3 make_chats.py commonsense <train.jsonl> <count> <chats.jsonl>

`web` makes a chat of each question of data/train.jsonl, asked and answered as `kvasir quiz` asks it: `letter` shows the
options and replies with the right one's letter, `text` hides them and replies with its text.

`once` asks about each fact one way only, by turns for its name and for what it does.

`commonsense` takes CommonsenseQA's train split: each line has question, choices (label, text) and answer (a label). Short
questions only; the reply is the right choice's text, because the small receiver does not answer by letter.
"""

import json
import sys
from itertools import islice
from pathlib import Path

LONGEST_QUESTION = 90
CUE = "Answer with one letter.\nAnswer:"
LETTERS = "ABCD"


def web(lines, reply):
    for item in map(json.loads, lines):
        question = item["input"]["question"]
        if reply == "letter":
            options = [f"{sign}. {option}" for sign, option in zip(LETTERS, item["options"])]
            yield _chat("\n".join([question, *options, CUE]), item["letter"])
        else:
            yield _chat(question, item["expected"])


def once(lines):
    facts = {}
    for line in lines:
        about = json.loads(line)["metadata"]
        number = facts.setdefault(about["fact"], len(facts))
        if about["form"].startswith("name") == (number % 2 == 0):
            yield line


def commonsense(lines):
    for item in map(json.loads, lines):
        if len(item["question"]) <= LONGEST_QUESTION:
            texts = {choice["label"]: choice["text"] for choice in item["choices"]}
            yield _chat(f"{item['question']} Choose: {', '.join(texts.values())}.", texts[item["answer"]])


def _chat(question, answer):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def _lines(file):
    return Path(file).read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["web", ("letter" | "text") as reply, questions, target]:
            made = web(_lines(questions), reply)
        case ["once", ("letter" | "text") as reply, questions, target]:
            made = web(once(_lines(questions)), reply)
        case ["commonsense", source, count, target]:
            made = islice(commonsense(_lines(source)), int(count))
        case _:
            raise SystemExit(__doc__)
    Path(target).write_text("".join(json.dumps(chat, ensure_ascii=False) + "\n" for chat in made), encoding="utf-8")
