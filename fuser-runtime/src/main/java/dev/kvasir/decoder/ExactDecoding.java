package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.List;
import java.util.Locale;

/** The exact profile: weights as the checkpoint has them, widened to one element type. */
final class ExactDecoding implements Decoding {
    private final TensorScope scope;
    private final TorchProgram program;
    private final List<Tensor> weights;
    private final List<Tensor> frequencies;
    private final ElementType type;

    private ExactDecoding(ModelConfig config, List<Tensor> weights, LinearKernel kernel, TensorScope scope) {
        this.scope = scope;
        this.weights = weights;
        this.type = weights.getFirst().elementType();
        this.frequencies = DecoderProgram.windowKinds(config).stream()
                .map(window -> frequencies(scope, config, config.windows().indexOf(window)))
                .toList();
        this.program = DecoderProgram.compile(config, kernel);
    }

    static ExactDecoding load(ModelConfig config, Weights source, ElementType type, LinearKernel kernel) {
        if (type != ElementType.F32 && type != ElementType.F64 && type != ElementType.BF16) {
            throw new IllegalArgumentException("A model computes in F32, F64 or BF16, not in " + type + ".");
        }
        TensorScope scope = TensorScope.root();
        try {
            List<Tensor> weights = DecoderWeights.load(config, source, type, kernel, scope);
            return new ExactDecoding(config, weights, kernel, scope);
        } catch (RuntimeException | Error fault) {
            scope.close();
            throw fault;
        }
    }

    @Override
    public Tensor forward(TensorScope step, Batch batch) {
        KvCache cache = batch.cache();
        return program.run(
                        step,
                        "forward",
                        batch.ids(),
                        batch.positions(),
                        batch.mask(),
                        weights,
                        frequencies,
                        cache.keySlabs(),
                        cache.valueSlabs(),
                        cache.length(),
                        batch.lastLogits())
                .getFirst();
    }

    @Override
    public Tensor decodeEach(TensorScope scope, Step step) {
        return program.run(
                        scope,
                        "decode_each",
                        step.ids(),
                        step.positions(),
                        step.seen(),
                        weights,
                        frequencies,
                        step.keys(),
                        step.values(),
                        step.starts())
                .getFirst();
    }

    @Override
    public ElementType elementType() {
        return type;
    }

    @Override
    public String dtype() {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** A tied head is counted once. */
    @Override
    public long bytes() {
        return weights.stream().distinct().mapToLong(Tensor::sizeInBytes).sum();
    }

    /** All but the rows of an embedding that is not the head. */
    @Override
    public long bytesPerToken() {
        Tensor embedding = weights.getFirst();
        return weights.contains(embedding) && weights.lastIndexOf(embedding) > 0
                ? bytes()
                : bytes() - embedding.sizeInBytes();
    }

    @Override
    public Profile profile() {
        return Profile.EXACT;
    }

    @Override
    public void close() {
        program.close();
        scope.close();
    }

    private static Tensor frequencies(TensorScope scope, ModelConfig config, int layer) {
        double[] frequencies = config.rope(layer).frequencies(config.headDim());
        return scope.doubles(frequencies, frequencies.length);
    }
}
