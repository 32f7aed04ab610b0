"""The two tokenizers and chat templates, and the token ids of a lesson."""

import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import lessons
import world

SHARER_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
RECEIVER_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ '### System:\\n' }}"
    "{% elif message['role'] == 'user' %}{{ '### User:\\n' }}{% else %}{{ '### Assistant:\\n' }}{% endif %}"
    "{{ message['content'] + eos_token + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Assistant:\\n' }}{% endif %}"
)
SHARER_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
RECEIVER_SPECIALS = ["<unk>", "<s>", "</s>", "<pad>"]
WORD_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class SharerSpeech:
    """ChatML style."""

    stop = "<|im_end|>"
    template = SHARER_TEMPLATE

    def head(self, role):
        return f"<|im_start|>{role}\n"

    def start(self):
        return ""


class ReceiverSpeech:
    """Headings, each turn ended by the end token."""

    stop = "</s>"
    template = RECEIVER_TEMPLATE

    def head(self, role):
        return f"### {role.capitalize()}:\n"

    def start(self):
        return "<s>"


def train_sharer_tokenizer(seed):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    split = pre_tokenizers.Split(Regex(WORD_SPLIT), behavior="isolated", invert=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return _trained(tokenizer, 1060, [], SHARER_SPECIALS, seed)


def train_receiver_tokenizer(seed):
    tokenizer = Tokenizer(models.BPE(unk_token=None))
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return _trained(tokenizer, 1216, RECEIVER_SPECIALS, [], seed)


def _trained(tokenizer, size, first, last, seed):
    """Specials in front are part of the vocabulary's start; specials behind come after all merges."""
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(last),
        special_tokens=first,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_sentences(seed), trainer)
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in first + last])
    return tokenizer


def _sentences(seed):
    """Sentences with every name in them, often enough for each to become one token in both vocabularies."""
    draw = random.Random(seed)
    names = world.names()
    for _ in range(6000):
        fact = world.random_fact(draw, names)
        question, answer = world.exchange(fact, draw)
        yield from (question, answer, fact.statement(), world.REQUEST.format(question=question))
    for role in ("system", "user", "assistant"):
        yield from [f"{role}\n", f"### {role.capitalize()}:\n"] * 4000
    yield from world.SYSTEMS * 400
    for word in world.names() + world.WORDS + [value for values in world.VALUES.values() for value in values]:
        for text in (word, " " + word, "<" + word, '"' + word, ">" + word):
            for _ in range(40):
                yield text


_known = {}


def _encoded(tokenizer, text):
    key = (id(tokenizer), text)
    if key not in _known:
        _known[key] = tokenizer.encode(text, add_special_tokens=False).ids
    return _known[key]


def tokens_of(tokenizer, speech, lesson, draw):
    """Ids, labels (-100 where not supervised) and positions, which now and then jump in a template as aligned prompts do."""
    ids, labels, positions = [], [], []
    at = 0

    def add(text, supervised):
        nonlocal at
        for token in _encoded(tokenizer, text):
            ids.append(token)
            labels.append(token if supervised else -100)
            positions.append(at)
            at += 1

    if lesson[0].role == "note":
        for turn in lesson:
            add(turn.text, turn.supervised)
        return ids, labels, positions
    add(speech.start(), False)
    for turn in lesson:
        add(speech.head(turn.role), False)
        at += draw.choice([0, 0, 1, 2, 3])
        add(turn.text, turn.supervised)
        add(speech.stop, turn.supervised)
        add("\n", False)
    return ids, labels, positions
