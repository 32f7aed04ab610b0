package dev.kvasir.bench;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.NextToken;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a model as a point asks, on made-up tokens. */
final class DecodeRun {
    /** Tokens decoded for one measurement. */
    static final int STEPS = 4;

    private static final int ANY_TOKEN = 77;

    private static final TorchProgram FIRST = TorchProgram.compile("""
            def first(self, x: Tensor) -> Tensor:
              return torch.select(torch.flatten(x), 0, 0)
            """);

    private final LoadedModel model;

    DecodeRun(LoadedModel model) {
        this.model = model;
    }

    /** Tokens a second, by the clock and by the calling thread's processor time. */
    record Rates(double wall, double own) {}

    Rates measure(BenchPoint point) {
        return switch (point) {
            case BenchPoint.Prefill(int tokens) -> prefill(tokens);
            case BenchPoint.Decode(int context, int rows) -> decode(context, rows);
        };
    }

    private Rates prefill(int tokens) {
        try (KvCache cache = model.newCache(1, tokens)) {
            return rates(tokens, () -> read(cache, tokens));
        }
    }

    /** Sequences with a cache each, as they are decoded together when a model serves. */
    private Rates decode(int context, int rows) {
        List<KvCache> caches = new ArrayList<>();
        try {
            for (int row = 0; row < rows; row++) {
                caches.add(model.newCache(1, context + STEPS));
                caches.getLast().extend(context); // of zeros: how long a step takes does not depend on what was read
            }
            return rates(STEPS * rows, () -> {
                for (int step = 0; step < STEPS; step++) {
                    try (TensorScope scope = TensorScope.root()) {
                        Tensor logits = model.decodeEach(
                                scope,
                                caches.stream()
                                        .map(cache -> new NextToken(ANY_TOKEN, cache, List.of()))
                                        .toList());
                        await(scope, logits);
                    }
                }
            });
        } finally {
            caches.forEach(KvCache::close);
        }
    }

    private void read(KvCache cache, int tokens) {
        int vocabulary = model.config().vocabularySize();
        List<Integer> prompt = IntStream.range(0, tokens)
                .mapToObj(i -> (100 + 7 * i) % vocabulary)
                .toList();
        try (TensorScope scope = TensorScope.root()) {
            await(scope, new Prefill(model, () -> false).run(scope, Forward.of(prompt, cache)));
        }
    }

    /** A GPU is done when one number has come from it. */
    private void await(TensorScope scope, Tensor logits) {
        if (!model.device().isCpu()) {
            FIRST.run(scope, "first", logits).getFirst().toFloats();
        }
    }

    private Rates rates(int tokens, Runnable work) {
        Stint stint = Stint.of(model.device(), work);
        return new Rates(tokens / stint.wallSeconds(), tokens / stint.ownSeconds());
    }
}
