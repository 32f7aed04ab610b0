package dev.kvasir.decoder;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.List;

/**
 * A model whose weights are in memory, ready to prefill and decode. What a sequence owns lies in its {@link KvCache}, so
 * several sequences can share a model; calls may come from any thread.
 */
public final class LoadedModel implements AutoCloseable {
    private final String name;
    private final ModelConfig config;
    private final ElementType type;
    private final TensorScope scope;
    private final TorchProgram program;
    private final List<Tensor> weights;
    private final List<Tensor> frequencies;
    private final Tensor noMask;

    private LoadedModel(String name, ModelConfig config, List<Tensor> weights, LinearKernel kernel, TensorScope scope) {
        this.name = name;
        this.config = config;
        this.type = weights.getFirst().elementType();
        this.scope = scope;
        this.weights = weights;
        this.frequencies = DecoderProgram.windowKinds(config).stream()
                .map(window -> frequencies(scope, config, config.windows().indexOf(window)))
                .toList();
        this.noMask = scope.empty(ElementType.I64, 0);
        this.program = DecoderProgram.compile(config, kernel);
    }

    /**
     * Reads all weights, each once, and leaves the checkpoint open.
     *
     * @param type F32 for exactness, BF16 for half the memory, F64 to check against
     */
    public static LoadedModel load(Checkpoint checkpoint, ElementType type) {
        String name = String.valueOf(checkpoint.path().getFileName());
        return load(name, checkpoint.config(), checkpoint.weights(), type);
    }

    /** Like {@link #load(Checkpoint, ElementType)}, from weights wherever they come from. */
    public static LoadedModel load(String name, ModelConfig config, Weights weights, ElementType type) {
        return load(name, config, weights, type, LinearKernel.best(type));
    }

    static LoadedModel load(String name, ModelConfig config, Weights source, ElementType type, LinearKernel kernel) {
        if (type != ElementType.F32 && type != ElementType.F64 && type != ElementType.BF16) {
            throw new IllegalArgumentException("A model computes in F32, F64 or BF16, not in " + type + ".");
        }
        TensorScope scope = TensorScope.root();
        try {
            List<Tensor> weights = DecoderWeights.load(config, source, type, kernel, scope);
            return new LoadedModel(name, config, weights, kernel, scope);
        } catch (RuntimeException | Error fault) {
            scope.close();
            throw fault;
        }
    }

    /** The checkpoint's file or folder name. */
    public String name() {
        return name;
    }

    public ModelConfig config() {
        return config;
    }

    public ElementType elementType() {
        return type;
    }

    /** An empty cache for this model, which the caller closes. */
    public KvCache newCache(int rows, int capacity) {
        return new KvCache(config, type, rows, capacity);
    }

    /** Bytes that {@link #newCache} would take. */
    public long cacheBytes(int rows, int capacity) {
        return KvCache.bytes(config, type, rows, capacity);
    }

    /** Bytes of the weights in memory, a tied head counted once. */
    public long bytes() {
        return weights.stream().distinct().mapToLong(Tensor::sizeInBytes).sum();
    }

    /**
     * Runs new tokens through all layers and appends their keys and values to the cache.
     *
     * @param target owns the result
     * @return logits of the last {@link Forward#lastLogits} tokens, {@code [rows, lastLogits, vocabulary]}
     * @throws PromptTooLongException if the cache has no room for them; nothing is changed
     */
    public Tensor forward(TensorScope target, Forward forward) {
        KvCache cache = forward.cache();
        int count = forward.count();
        if (cache.length() + count > cache.capacity()) {
            throw PromptTooLongException.forCache(name, cache.length() + count, cache.capacity());
        }
        try (TensorScope step = target.child()) {
            Tensor mask = forward.mask().isEmpty()
                    ? noMask
                    : step.longs(Forward.flat(forward.mask()), cache.rows(), cache.length() + (long) count);
            Tensor logits = program.run(
                            step,
                            "forward",
                            step.longs(ids(forward), cache.rows(), count),
                            step.longs(forward.flatPositions(), cache.rows(), count),
                            mask,
                            weights,
                            frequencies,
                            cache.keySlabs(),
                            cache.valueSlabs(),
                            cache.length(),
                            forward.lastLogits())
                    .getFirst();
            cache.extend(cache.length() + count);
            return target.keep(logits);
        }
    }

    @Override
    public void close() {
        program.close();
        scope.close();
    }

    private long[] ids(Forward forward) {
        long[] ids = Forward.flat(forward.ids());
        for (long id : ids) {
            if (id < 0 || id >= config.vocabularySize()) {
                throw new IllegalArgumentException("The model " + name + " has no token " + id + ": its vocabulary has "
                        + config.vocabularySize() + ". Was the text encoded by another model's tokenizer?");
            }
        }
        return ids;
    }

    private static Tensor frequencies(TensorScope scope, ModelConfig config, int layer) {
        double[] frequencies = config.rope(layer).frequencies(config.headDim());
        return scope.doubles(frequencies, frequencies.length);
    }
}
