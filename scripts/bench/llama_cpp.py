"""Measures llama.cpp at the points that `kvasir bench` measures, on the same GGUF file.

    python3 -m venv /tmp/llama && /tmp/llama/bin/pip install llama-cpp-python
    /tmp/llama/bin/python scripts/bench/llama_cpp.py FILE.gguf [--threads N] [--rounds N] [--json]

Rounds go over all points in turn. Shown are the medians of tokens per second by the clock and, with one thread, by the
calling thread's processor time, which other load on the machine disturbs less.
"""

import argparse
import ctypes
import json
import os
import statistics
import sys
import time

sys.path.pop(0)  # this folder, where this file would be taken for the package of its name
import llama_cpp  # noqa: E402

PREFILLS = (64, 512, 2048)
CONTEXTS = (64, 1024)
PARALLEL = (1, 4, 8, 16)


def quiet(level, text, data):
    pass


class Sequences:
    """A llama.cpp context with room for several sequences."""

    def __init__(self, args, sequences, tokens):
        how = llama_cpp.llama_model_default_params()
        how.use_extra_bufts = not args.no_repack
        threads = args.threads
        self.model = llama_cpp.llama_model_load_from_file(args.file.encode(), how)
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx = tokens * sequences
        settings.n_batch = max(PREFILLS)
        settings.n_seq_max = sequences
        settings.n_threads = threads
        settings.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, settings)
        self.batch = llama_cpp.llama_batch_init(max(PREFILLS), 0, 1)

    def clear(self):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), False)

    def fill(self, sequence, count):
        """Reads a prompt; logits of its last token only."""
        self.run([(100 + 7 * i % 5000, i, sequence, i == count - 1) for i in range(count)])

    def step(self, sequences, position):
        """Decodes one token of each sequence."""
        self.run([(77, position, sequence, True) for sequence in range(sequences)])

    def forget(self, position):
        memory = llama_cpp.llama_get_memory(self.context)
        llama_cpp.llama_memory_seq_rm(memory, -1, position, -1)

    def run(self, tokens):
        batch = self.batch
        batch.n_tokens = len(tokens)
        for i, (token, position, sequence, wanted) in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = wanted
        if llama_cpp.llama_decode(self.context, batch) != 0:
            raise SystemExit("llama.cpp could not run %d tokens" % len(tokens))
        last = llama_cpp.llama_get_logits_ith(self.context, len(tokens) - 1)
        assert last[0] == last[0]


def timed(work):
    wall, own = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - wall, time.thread_time() - own


def points(args):
    """(name, tokens, prepare, work) of every point that is wanted."""
    wanted = tuple(args.only.split(","))
    one = Sequences(args, 1, max(PREFILLS) + 64)
    for count in PREFILLS:
        if not ("prefill %d" % count).startswith(wanted):
            continue
        yield "prefill %d" % count, count, one.clear, lambda c=count: one.fill(0, c)
    for context in CONTEXTS:
        for parallel in PARALLEL:
            if not ("decode %d x%d" % (context, parallel)).startswith(wanted):
                continue
            sequences = Sequences(args, parallel, context + 64)
            for sequence in range(parallel):
                sequences.fill(sequence, context)
            yield (
                "decode %d x%d" % (context, parallel),
                parallel,
                lambda s=sequences, c=context: s.forget(c),
                lambda s=sequences, p=parallel, c=context: s.step(p, c),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="points whose names begin so, with commas between")
    parser.add_argument("--no-repack", action="store_true",
                        help="leave weights as the file has them: without AMX and interleaved rows, where those fail")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    callback = llama_cpp.llama_log_callback(quiet)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    load = os.getloadavg()[0]
    chosen = list(points(args))
    times = {name: [] for name, *_ in chosen}
    for round_number in range(args.rounds + 1):
        for name, tokens, prepare, work in chosen:
            prepare()
            wall, own = timed(work)
            if round_number > 0:  # the first warms up
                times[name].append((tokens / wall, tokens / own))
    results = {
        name: {"wall": statistics.median(w for w, _ in rates), "own": statistics.median(o for _, o in rates),
               "bestOwn": max(o for _, o in rates)}
        for name, rates in times.items()
    }
    if args.json:
        print(json.dumps({"load": load, "threads": args.threads, "points": results}))
        return
    print("load %.1f, %d thread(s)%s" % (load, args.threads, ", not comparable" if load > os.cpu_count() else ""))
    for name, rates in results.items():
        print("%-16s %8.1f tokens/s by the clock, %8.1f by processor time (best %.1f)"
              % (name, rates["wall"], rates["own"], rates["bestOwn"]))


if __name__ == "__main__":
    main()
