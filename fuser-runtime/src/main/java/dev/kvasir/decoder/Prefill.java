package dev.kvasir.decoder;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Runs a long prompt in chunks, so that no native call is long and a run can be cancelled. */
public final class Prefill {
    /** Tokens of all rows together that one native call takes. */
    static final int CHUNK = 128;

    private final LoadedModel model;
    private final BooleanSupplier cancelled;

    public Prefill(LoadedModel model, BooleanSupplier cancelled) {
        this.model = model;
        this.cancelled = cancelled;
    }

    /**
     * Like {@link LoadedModel#forward}, in chunks.
     *
     * @throws CancellationException if it was cancelled; the cache then holds the chunks that were done
     */
    public Tensor run(TensorScope target, Forward forward) {
        int count = forward.count();
        int chunk = Math.max(1, CHUNK / forward.cache().rows());
        int done = 0;
        int start = forward.cache().length();
        while (count - done > Math.max(chunk, forward.lastLogits())) {
            int to = Math.min(done + chunk, count - forward.lastLogits());
            try (TensorScope step = target.child()) {
                forward(step, part(forward, start, done, to));
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
