package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Runs a long prompt in chunks, so that no native call is long and a run can be cancelled. */
public final class Prefill {
    /** Tokens of all rows together that one native call takes at most. */
    public static final int CHUNK = 128;

    private static final int LEAST = 16;

    /** What one core does at least, and how long a call may take: so long do others wait, and a cancellation. */
    private static final double EXACT_OPERATIONS_A_SECOND = 100e9;

    private static final double FAST_OPERATIONS_A_SECOND = 200e9;
    private static final double SECONDS = 0.25;

    private final LoadedModel model;
    private final BooleanSupplier cancelled;
    private final int chunk;

    public Prefill(LoadedModel model, BooleanSupplier cancelled) {
        this.model = model;
        this.cancelled = cancelled;
        this.chunk = chunk(model.config(), model.profile());
    }

    /**
     * Tokens that one native call takes of a model: a power of two that does not depend on the machine or its load, because what
     * is read together is rounded together.
     */
    static int chunk(ModelConfig config, Profile profile) {
        double heads = (double) config.headDim() * (2 * config.heads() + 2 * config.kvHeads());
        double layer = config.hiddenSize() * (heads + 3.0 * config.intermediateSize());
        double rate = profile == Profile.FAST ? FAST_OPERATIONS_A_SECOND : EXACT_OPERATIONS_A_SECOND;
        double tokens = SECONDS * rate / (2 * config.layers() * layer);
        return Integer.highestOneBit((int) Math.max(LEAST, Math.min(CHUNK, tokens)));
    }

    /**
     * Like {@link LoadedModel#forward}, in chunks.
     *
     * @throws CancellationException if it was cancelled; the cache then holds the chunks that were done
     */
    public Tensor run(TensorScope target, Forward forward) {
        int count = forward.count();
        int step = Math.max(1, chunk / forward.cache().rows());
        int done = 0;
        int start = forward.cache().length();
        while (count - done > Math.max(step, forward.lastLogits())) {
            int to = Math.min(done + step, count - forward.lastLogits());
            try (TensorScope own = target.child()) {
                forward(own, part(forward, start, done, to));
            }
            done = to;
        }
        return forward(target, part(forward, start, done, count).withLastLogits(forward.lastLogits()));
    }

    private Tensor forward(TensorScope scope, Forward part) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("The prefill of " + model.name() + " was cancelled.");
        }
        return model.forward(scope, part);
    }

    private static Forward part(Forward whole, int start, int from, int to) {
        return new Forward(
                columns(whole.ids(), from, to),
                columns(whole.positions(), from, to),
                columns(whole.mask(), 0, start + to),
                whole.cache(),
                1);
    }

    private static List<List<Integer>> columns(List<List<Integer>> rows, int from, int to) {
        return rows.stream().map(row -> row.subList(from, to)).toList();
    }
}
