package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelTuner;
import dev.kvasir.decoder.kernel.ModelMatrices;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model whose weights are in memory, ready to prefill and decode. What a sequence owns lies in its {@link KvCache}, so
 * several sequences can share a model; calls may come from any thread.
 */
public final class LoadedModel implements AutoCloseable {
    private final String name;
    private final ModelConfig config;
    private final Decoding decoding;
    private final TensorScope scope;
    private final Tensor noMask;

    LoadedModel(String name, ModelConfig config, Decoding decoding) {
        this.name = name;
        this.config = config;
        this.decoding = decoding;
        this.scope = TensorScope.root(decoding.device());
        this.noMask = scope.empty(ElementType.I64, 0);
    }

    /** Like {@link #load(Checkpoint, Profile, TorchDevice)}, for the processor. */
    public static LoadedModel load(Checkpoint checkpoint, Profile profile) {
        return load(checkpoint, profile, TorchDevice.CPU);
    }

    /**
     * Reads all weights, each once, onto the device, and leaves the checkpoint open.
     *
     * @param profile EXACT for the numbers of the reference, FAST for speed: the processor's quickest kernels, as a tune finds
     *     them; matrices in bfloat16 on a GPU
     */
    public static LoadedModel load(Checkpoint checkpoint, Profile profile, TorchDevice device) {
        return load(name(checkpoint), checkpoint.config(), checkpoint.weights(), profile, device);
    }

    static LoadedModel load(String name, ModelConfig config, Weights weights, Profile profile, TorchDevice device) {
        if (profile == Profile.FAST && device.isCpu()) {
            return fast(name, config, weights);
        }
        LinearKernel kernel = LinearKernel.best(profile, device);
        return new LoadedModel(name, config, ProgramDecoding.load(config, weights, ElementType.F32, kernel, device));
    }

    /**
     * Loads the exact profile in an element type, onto the processor.
     *
     * @param type F32 for exactness, BF16 for half the memory, F64 to check against
     */
    public static LoadedModel load(Checkpoint checkpoint, ElementType type) {
        return load(name(checkpoint), checkpoint.config(), checkpoint.weights(), type);
    }

    /** Like {@link #load(Checkpoint, ElementType)}, from weights wherever they come from. */
    public static LoadedModel load(String name, ModelConfig config, Weights weights, ElementType type) {
        return load(name, config, weights, type, LinearKernel.best(type));
    }

    static LoadedModel load(String name, ModelConfig config, Weights source, ElementType type, LinearKernel kernel) {
        return new LoadedModel(name, config, ProgramDecoding.load(config, source, type, kernel, TorchDevice.CPU));
    }

    /** Loads the fast profile, from weights wherever they come from. */
    public static LoadedModel fast(String name, ModelConfig config, Weights weights) {
        return new LoadedModel(name, config, FastDecoding.load(config, weights));
    }

    static LoadedModel fast(String name, ModelConfig config, Weights weights, KernelPlan plan) {
        return new LoadedModel(name, config, FastDecoding.load(config, weights, plan));
    }

    /** Bytes the weights will take once they are loaded, from the checkpoint's headers. */
    public static long estimatedBytes(Checkpoint checkpoint, Profile profile, TorchDevice device) {
        Weights weights = checkpoint.weights();
        if (profile == Profile.FAST && device.isCpu()) {
            ModelMatrices matrices = FastMatrices.of(checkpoint.config(), weights);
            return new FastBytes(checkpoint.config(), matrices, weights, KernelTuner.plan(matrices)).all();
        }
        ElementType type = profile == Profile.FAST ? ElementType.BF16 : ElementType.F32;
        return weights.names().stream()
                .mapToLong(name -> weights.shape(name).elements() * type.bytes())
                .sum();
    }

    /** The checkpoint's file or folder name. */
    public String name() {
        return name;
    }

    public ModelConfig config() {
        return config;
    }

    /** Where its weights lie and it computes. */
    public TorchDevice device() {
        return decoding.device();
    }

    public Profile profile() {
        return decoding.profile();
    }

    /** What matrices are multiplied in: {@code f32}, or what the fast profile's kernels keep, {@code int8+bf16}. */
    public String dtype() {
        return decoding.dtype();
    }

    /** Of the KV cache, of norms, attention and logits; of the matrices too under {@link Profile#EXACT}. */
    public ElementType elementType() {
        return decoding.elementType();
    }

    /** An empty cache for this model, which the caller closes. */
    public KvCache newCache(int rows, int capacity) {
        return new KvCache(config, elementType(), rows, capacity, device());
    }

    /** Bytes that {@link #newCache} would take. */
    public long cacheBytes(int rows, int capacity) {
        return KvCache.bytes(config, elementType(), rows, capacity);
    }

    /** Bytes of the weights in memory: every copy of a matrix that a kernel needs, a tied head that is shared once. */
    public long bytes() {
        return decoding.bytes();
    }

    /** Bytes of the weights that one row reads to decode one token. */
    public long bytesPerToken() {
        return decoding.bytesPerToken();
    }

    /**
     * Runs new tokens through all layers and appends their keys and values to the cache.
     *
     * @param target owns the result
     * @return logits of the last {@link Forward#lastLogits} tokens, {@code [rows, lastLogits, vocabulary]}
     * @throws PromptTooLongException if the cache has no room for them; nothing is changed
     */
    public Tensor forward(TensorScope target, Forward forward) {
        try (TensorScope step = target.child(device())) {
            Tensor logits = decoding.forward(step, batch(step, forward));
            forward.cache().extend(forward.cache().length() + forward.count());
            return target.keep(logits);
        }
    }

    /**
     * Runs new tokens like {@link #forward} and tells how much they attend to what stands in front.
     *
     * @param watched positions in front, at least 1, all in the cache and none of them {@linkplain KvCache#blank blank}
     * @return per layer the part of attention, 0 to 1, that goes to them: the mean over rows, heads and new tokens
     * @throws PromptTooLongException if the cache has no room for them; nothing is changed
     */
    public List<Double> attentionTo(Forward forward, int watched) {
        KvCache cache = forward.cache();
        boolean blank = IntStream.range(0, cache.layers()).anyMatch(layer -> cache.first(layer) > 0);
        if (watched < 1 || watched > cache.length() || blank) {
            throw new IllegalArgumentException(
                    "Attention is told to 1 to %d positions that no layer has blank, not to %d."
                            .formatted(cache.length(), watched));
        }
        try (TensorScope step = TensorScope.root(device())) {
            double[] attention = decoding.attentionTo(step, batch(step, forward), watched);
            cache.extend(cache.length() + forward.count());
            return Arrays.stream(attention).boxed().toList();
        }
    }

    private Decoding.Batch batch(TensorScope step, Forward forward) {
        KvCache cache = forward.cache();
        int count = forward.count();
        if (cache.length() + count > cache.capacity()) {
            throw PromptTooLongException.forCache(name, cache.length() + count, cache.capacity());
        }
        Tensor mask = forward.mask().isEmpty()
                ? noMask
                : step.longs(Forward.flat(forward.mask()), cache.rows(), cache.length() + (long) count);
        List<Integer> ids = forward.ids().stream().flatMap(List::stream).toList();
        ids.forEach(this::check);
        Tensor positions = step.longs(forward.flatPositions(), cache.rows(), count);
        return new Decoding.Batch(ids, positions, mask, cache, forward.lastLogits());
    }

    /**
     * Runs one more token of each of several sequences, which need not be of equal length; each gets the numbers that it would
     * get alone, up to rounding.
     *
     * @param target owns the result
     * @param tokens each with a cache of its own
     * @return {@code [tokens, 1, vocabulary]}
     * @throws PromptTooLongException if a cache has no room; nothing is changed
     */
    public Tensor decodeEach(TensorScope target, List<NextToken> tokens) {
        for (NextToken token : tokens) {
            KvCache cache = token.cache();
            if (cache.length() == cache.capacity()) {
                throw PromptTooLongException.forCache(name, cache.length() + 1, cache.capacity());
            }
        }
        tokens.forEach(token -> check(token.id()));
        Tensor logits = decoding.decodeEach(target, tokens);
        tokens.forEach(token -> token.cache().extend(token.cache().length() + 1));
        return logits;
    }

    @Override
    public void close() {
        decoding.close();
        scope.close();
    }

    private void check(int id) {
        if (id < 0 || id >= config.vocabularySize()) {
            throw new IllegalArgumentException("The model " + name + " has no token " + id + ": its vocabulary has "
                    + config.vocabularySize() + ". Was the text encoded by another model's tokenizer?");
        }
    }

    private static String name(Checkpoint checkpoint) {
        return String.valueOf(checkpoint.path().getFileName());
    }
}
