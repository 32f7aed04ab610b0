"""Writes training chats from CommonsenseQA's train split as JSON Lines.

    python make_chats.py <train.jsonl> <count> <chats.jsonl>

Each line of the input has question, choices (label, text) and answer (a label). Short questions only; the reply is the
right choice's text, because the small receiver does not answer by letter.
"""

import json
import sys
from pathlib import Path

LONGEST_QUESTION = 90


def chats(lines):
    for line in lines:
        item = json.loads(line)
        if len(item["question"]) <= LONGEST_QUESTION:
            texts = {choice["label"]: choice["text"] for choice in item["choices"]}
            question = f"{item['question']} Choose: {', '.join(texts.values())}."
            yield {
                "messages": [
                    {"role": "user", "content": question},
                    {"role": "assistant", "content": texts[item["answer"]]},
                ]
            }


if __name__ == "__main__":
    source, count, target = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    made = [chat for chat, _ in zip(chats(source.read_text().splitlines()), range(count))]
    target.write_text("".join(json.dumps(chat) + "\n" for chat in made))
