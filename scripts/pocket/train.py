"""Trains the two pocket models from scratch and writes them as Hugging Face folders.

    python train.py sharer   <folder>
    python train.py receiver <folder>

One thread, fixed seeds: the same machine gives the same files.
"""

import json
import math
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

import lessons
import speech
import world

torch.set_num_threads(1)
POOL = 16


def sharer_model(tokenizer):
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=128,
            intermediate_size=256,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=32,
            initializer_range=0.09,
            max_position_embeddings=512,
            rope_theta=10000.0,
            rms_norm_eps=1e-6,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.token_to_id("<|im_end|>"),
            pad_token_id=tokenizer.token_to_id("<|endoftext|>"),
        )
    )


def receiver_model(tokenizer):
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=96,
            intermediate_size=224,
            num_hidden_layers=4,
            num_attention_heads=6,
            num_key_value_heads=3,
            head_dim=16,
            initializer_range=0.09,
            max_position_embeddings=512,
            rope_theta=10000.0,
            rms_norm_eps=1e-5,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.token_to_id("<s>"),
            eos_token_id=tokenizer.token_to_id("</s>"),
            pad_token_id=tokenizer.token_to_id("<pad>"),
        )
    )


@dataclass(frozen=True)
class Pace:
    """The rate falls as a cosine that would end at the horizon; training stops before, when nothing is left to learn."""

    steps: int
    horizon: int
    size: int
    rate: float


PLANS = {
    "sharer": (speech.SharerSpeech(), speech.train_sharer_tokenizer, sharer_model, lessons.sharer_lesson, Pace(800, 1200, 32, 2e-3), 11),
    "receiver": (speech.ReceiverSpeech(), speech.train_receiver_tokenizer, receiver_model, lessons.receiver_lesson, Pace(400, 900, 32, 2e-3), 12),
}


def batches(tokenizer, speaker, lesson, known, size, draw):
    """Batches of lessons of similar length; padding stands at the end, where a causal model never looks at it."""
    while True:
        pool = [speech.tokens_of(tokenizer, speaker, lesson(draw, known), draw) for _ in range(size * POOL)]
        pool.sort(key=lambda sample: len(sample[0]))
        groups = [pool[at : at + size] for at in range(0, len(pool), size)]
        draw.shuffle(groups)
        for group in groups:
            longest = max(len(ids) for ids, _, _ in group)
            yield tuple(
                torch.tensor([row + [filler] * (longest - len(row)) for row in rows])
                for rows, filler in zip(zip(*group), (0, -100, 0))
            )


def train(kind, folder):
    speaker, make_tokenizer, make_model, lesson, pace, seed = PLANS[kind]
    torch.manual_seed(seed)
    draw = random.Random(seed)
    known = [fact for part in world.facts() for fact in part] if kind == "sharer" else world.names()
    tokenizer = make_tokenizer(seed)
    model = make_model(tokenizer)
    print(f"{kind}: {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    optimiser = torch.optim.AdamW(parameter_groups(kind, model), weight_decay=0.02, betas=(0.9, 0.98))
    began = time.monotonic()
    for step, (ids, labels, positions) in zip(range(1, pace.steps + 1), batches(tokenizer, speaker, lesson, known, pace.size, draw)):
        rate = pace.rate * min(step / 50, 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / pace.horizon)))
        for group in optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        loss = model(input_ids=ids, labels=labels, position_ids=positions, use_cache=False).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 0:
            print(f"step {step} loss {loss.item():.4f} after {time.monotonic() - began:.0f} s", flush=True)
    write(kind, model, tokenizer, speaker, Path(folder))


def parameter_groups(kind, model):
    """The sharer's facts live in its names' embeddings: those start small and move fast."""
    embeddings = model.model.embed_tokens.weight
    others = [p for p in model.parameters() if p is not embeddings]
    if kind == "sharer":
        embeddings.data *= 0.25
    return [{"params": [embeddings], "scale": 4.0 if kind == "sharer" else 1.0}, {"params": others, "scale": 1.0}]


def write(kind, model, tokenizer, speaker, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(speaker.template)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": speaker.stop,
        "pad_token": "<|endoftext|>" if kind == "sharer" else "<pad>",
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 512,
        "chat_template": speaker.template,
    }
    if kind == "receiver":
        config |= {"bos_token": "<s>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    train(sys.argv[1], sys.argv[2])
