"""Trains a fuser of SmolLM2-135M's and Qwen2.5-0.5B's sizes in PyTorch, and tells the tokens it takes a second.

    python3 train_in_torch.py chats <chats.jsonl>
    python3 train_in_torch.py time <tokens> <fused> <rest> [steps]

`chats` writes 64 chats of one length, for `kvasir fuser train train_in_torch.json`. `time` does the same work on the same
sizes: 32 chats a step, each of <tokens> receiver tokens, of which <fused> are fused, with <rest> behind them that the
receiver runs and the last 3 of which count. Both models' caches of what does not change are at hand, as Kvasir keeps them.
Weights and caches are random: they cost the same time. Needs torch and transformers.
"""

import json
import sys
import time
from pathlib import Path

CHATS, BATCH, REPLY = 64, 32, 3
RECEIVER = {"vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
            "num_attention_heads": 9, "num_key_value_heads": 3, "tie_word_embeddings": True}
RECEIVER_WIDTH, SHARER_WIDTH, HIDDEN, DROPOUT = 3 * 64, 2 * 64, 128, 0.1
QUESTION = "Item {}: which tag of HTML marks a paragraph of running text?\nA. <p>\nB. <ul>\nC. <td>\nD. <em>\nAnswer with one letter.\nAnswer:"


def chats(target):
    lines = [{"messages": [{"role": "user", "content": QUESTION.format(100 + i)}, {"role": "assistant", "content": "ABCD"[i % 4]}]}
             for i in range(CHATS)]
    Path(target).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def measure(tokens, fused, rest, steps):
    import torch
    from torch import nn
    from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.up, self.down = nn.RMSNorm(HIDDEN, eps=1e-6), nn.Linear(HIDDEN, HIDDEN, False), nn.Linear(HIDDEN, HIDDEN, False)
            self.drop = nn.Dropout(DROPOUT)

        def forward(self, x):
            return x + self.drop(self.down(nn.functional.gelu(self.up(self.norm(x)))))

    class Side(nn.Module):
        """Projector, weight and gate of one layer's keys or values."""

        def __init__(self):
            super().__init__()
            self.gate = nn.Parameter(torch.tensor(2.0))
            self.inlet = nn.Linear(SHARER_WIDTH + RECEIVER_WIDTH, HIDDEN)
            self.common, self.weighing, self.projecting = Block(), Block(), Block()
            self.weight, self.outlet = nn.Linear(HIDDEN, 3), nn.Linear(HIDDEN, RECEIVER_WIDTH)

        def forward(self, sharer, own, temperature):
            z = self.common(self.inlet(torch.cat([sharer, own], -1)))
            weight = torch.sigmoid(self.weight(self.weighing(z))).transpose(1, 2).unsqueeze(-1)
            projected = heads(self.outlet(self.projecting(z)))
            uniform = torch.rand(projected.shape[:3] + (1,))
            noise = -torch.log(-torch.log(uniform + 1e-20) + 1e-20)
            return heads(own) + torch.sigmoid((self.gate + noise) / temperature) * weight * projected

    def heads(x):
        return x.view(x.shape[0], x.shape[1], 3, 64).transpose(1, 2)

    torch.manual_seed(42)
    model = LlamaForCausalLM(LlamaConfig(**RECEIVER)).eval().requires_grad_(False)
    layers = RECEIVER["num_hidden_layers"]
    fuser = nn.ModuleList(nn.ModuleList([Side(), Side()]) for _ in range(layers)).train()
    optimiser = torch.optim.AdamW(fuser.parameters(), lr=5e-4, weight_decay=0.01)
    before = tokens - fused - rest
    kept = [[torch.randn(CHATS, 3, before, 64), torch.randn(CHATS, 3, before, 64), torch.randn(CHATS, fused, RECEIVER_WIDTH),
             torch.randn(CHATS, fused, RECEIVER_WIDTH), torch.randn(CHATS, fused, SHARER_WIDTH), torch.randn(CHATS, fused, SHARER_WIDTH)]
            for _ in range(layers)]
    ids = torch.randint(0, RECEIVER["vocab_size"], (CHATS, rest))

    def step():
        rows = torch.randperm(CHATS)[:BATCH]
        cache = DynamicCache()
        for layer in range(layers):
            keys, values, own_keys, own_values, sharer_keys, sharer_values = (part[rows] for part in kept[layer])
            cache.update(torch.cat([keys, fuser[layer][0](sharer_keys, own_keys, 0.5)], 2),
                         torch.cat([values, fuser[layer][1](sharer_values, own_values, 0.5)], 2), layer)
        hidden = model.model(ids[rows], past_key_values=cache, use_cache=True).last_hidden_state[:, -REPLY - 1:-1]
        logits = model.lm_head(hidden)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), ids[rows][:, -REPLY:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(fuser.parameters(), 1.0)
        optimiser.step()

    step()
    took = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        took.append(time.perf_counter() - start)
    middle = sorted(took)[steps // 2]
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads: {BATCH * tokens / middle:.0f} tokens/s,"
          f" {middle:.3f} s a step (median of {steps})")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["chats", target]:
            chats(target)
        case ["time", tokens, fused, rest]:
            measure(int(tokens), int(fused), int(rest), 10)
        case ["time", tokens, fused, rest, steps]:
            measure(int(tokens), int(fused), int(rest), int(steps))
        case _:
            raise SystemExit(__doc__)
