package dev.kvasir.wire;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.List;
import java.util.random.RandomGenerator;

/** The arithmetic of {@link WirePolicy} and {@link TokenRecovery}. */
final class WireProgram {

    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def blurred(self, x: Tensor, noise: Tensor, scale: float) -> Tensor:
              # each channel's own deviation over the positions: [rows, heads, 1, width]
              deviation = torch.std(x, [2], False, True)
              return x + torch.mul(torch.mul(torch.to(noise, x.dtype), deviation), scale)
            def cleared(self, x: Tensor) -> Tensor:
              return torch.zeros_like(x)
            def rows(self, values: Tensor, places: Tensor) -> Tensor:
              # [1, heads, n, width] to one row for each place, head by head
              flat = torch.flatten(torch.transpose(torch.squeeze(values, 0), 0, 1), 1)
              return torch.index_select(flat, 0, places)
            def unit(self, x: Tensor) -> Tensor:
              return x / torch.clamp_min(torch.sqrt(torch.sum(x * x, [1], True)), 1e-30)
            def nearest(self, observed: Tensor, candidates: Tensor) -> List[Tensor]:
              # candidates [rows, heads, 1, width]
              dictionary = self.unit(torch.flatten(candidates, 1))
              cosines = torch.matmul(self.unit(observed), torch.t(dictionary))
              best, which, = torch.max(cosines, 1, False)
              return [best, which]
            """);

    private WireProgram() {}

    static void clear(KvCache cache, int layer) {
        try (TensorScope step = TensorScope.root(cache.device())) {
            cache.write(layer, 0, cleared(step, cache.keys(step, layer)), cleared(step, cache.values(step, layer)));
        }
    }

    private static Tensor cleared(TensorScope step, Tensor part) {
        return PROGRAM.run(step, "cleared", part).getFirst();
    }

    static void blur(KvCache cache, int layer, double noise, RandomGenerator random) {
        try (TensorScope step = TensorScope.root(cache.device())) {
            Tensor keys = blurred(step, cache.keys(step, layer), noise, random);
            Tensor values = blurred(step, cache.values(step, layer), noise, random);
            cache.write(layer, 0, keys, values);
        }
    }

    private static Tensor blurred(TensorScope step, Tensor part, double noise, RandomGenerator random) {
        long[] shape = part.shape();
        float[] drawn = new float[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) random.nextGaussian();
        }
        return PROGRAM.run(step, "blurred", part, step.floats(drawn, shape), noise)
                .getFirst();
    }

    /** A layer's values at some positions of a cache of one row, {@code [places, heads * width]}. */
    static Tensor rows(TensorScope step, KvCache cache, int layer, List<Integer> places) {
        long[] chosen = places.stream().mapToLong(Integer::longValue).toArray();
        return PROGRAM.run(step, "rows", cache.values(step, layer), step.longs(chosen, chosen.length))
                .getFirst();
    }

    /**
     * For each observed row the candidate in whose direction it points the most.
     *
     * @param observed {@code [n, heads * width]}
     * @param candidates {@code [rows, heads, 1, width]}
     */
    static Nearest nearest(TensorScope step, Tensor observed, Tensor candidates) {
        List<Tensor> found = PROGRAM.run(step, "nearest", observed, candidates);
        return new Nearest(found.getFirst().toDoubles(), found.getLast().toLongs());
    }

    /** Cosines and the candidates' rows. */
    @SuppressWarnings("ArrayRecordComponent") // read at once, by the one who asked
    record Nearest(double[] cosines, long[] rows) {}
}
