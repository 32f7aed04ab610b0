package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The decoder as one program over weights of one element type, matrices aside where the kernel rounds them: the exact profile,
 * and on a GPU the fast one.
 */
final class ProgramDecoding implements Decoding {
    private final TensorScope scope;
    private final TorchProgram program;
    private final List<Tensor> weights;
    private final List<Tensor> frequencies;
    private final ElementType type;
    private final LinearKernel kernel;

    private ProgramDecoding(
            ModelConfig config, Source source, ElementType type, LinearKernel kernel, TensorScope scope) {
        this.scope = scope;
        this.weights = DecoderWeights.load(config, source.weights(), type, kernel, scope);
        this.type = type;
        this.kernel = kernel;
        this.frequencies = config.windowKinds().stream()
                .map(window -> frequencies(scope, config, window))
                .toList();
        this.program = TorchProgram.compile(source.program());
    }

    /** Where numbers come from, and what is done with them: {@link DecoderProgram#text}. */
    record Source(Weights weights, String program) {}

    static ProgramDecoding load(
            ModelConfig config, Weights source, ElementType type, LinearKernel kernel, TorchDevice device) {
        return load(config, new Source(source, DecoderProgram.text(config, kernel)), type, kernel, device);
    }

    static ProgramDecoding load(
            ModelConfig config, Source source, ElementType type, LinearKernel kernel, TorchDevice device) {
        if (type != ElementType.F32 && type != ElementType.F64 && type != ElementType.BF16) {
            throw new IllegalArgumentException("A model computes in F32, F64 or BF16, not in " + type + ".");
        }
        TensorScope scope = TensorScope.root(device);
        try {
            return new ProgramDecoding(config, source, type, kernel, scope);
        } catch (RuntimeException | Error fault) {
            scope.close();
            throw fault;
        }
    }

    @Override
    public Tensor forward(TensorScope scope, Batch batch) {
        return run(scope, batch, 0).getFirst();
    }

    @Override
    public double[] attentionTo(TensorScope scope, Batch batch, int watched) {
        return run(scope, batch, watched).stream()
                .skip(1)
                .mapToDouble(layer -> layer.toDoubles()[0])
                .toArray();
    }

    /** The logits, and what attention went to the positions before {@code watched}, layer by layer; none if that is 0. */
    private List<Tensor> run(TensorScope scope, Batch batch, int watched) {
        KvCache cache = batch.cache();
        try (TensorScope step = scope.child(device())) {
            long[] flat = batch.ids().stream().mapToLong(Integer::longValue).toArray();
            Tensor ids = step.longs(flat, cache.rows(), flat.length / cache.rows());
            return program.run(
                    scope,
                    "forward",
                    ids,
                    batch.positions(),
                    batch.mask(),
                    weights,
                    frequencies,
                    cache.keySlabs(),
                    cache.valueSlabs(),
                    cache.firsts().stream().mapToLong(Integer::longValue).toArray(),
                    cache.length(),
                    batch.lastLogits(),
                    watched);
        }
    }

    @Override
    public Tensor decodeEach(TensorScope scope, List<NextToken> tokens) {
        try (TensorScope step = scope.child(device())) {
            long[] ids = tokens.stream().mapToLong(NextToken::id).toArray();
            long[] lengths =
                    tokens.stream().mapToLong(token -> token.cache().length()).toArray();
            return program.run(
                            scope,
                            "decode_each",
                            step.longs(ids, ids.length, 1),
                            step.longs(lengths, ids.length, 1),
                            tokens.stream().map(token -> seen(step, token)).toList(),
                            weights,
                            frequencies,
                            slabs(tokens, KvCache::keySlabs),
                            slabs(tokens, KvCache::valueSlabs),
                            firsts(tokens),
                            lengths)
                    .getFirst();
        }
    }

    private static Tensor seen(TensorScope step, NextToken token) {
        long[] seen = token.seen();
        return seen.length == 0 ? step.empty(ElementType.I64, 0) : step.longs(seen, 1, seen.length);
    }

    /** All slabs, layer by layer, in each the sequences' in order. */
    private static List<Tensor> slabs(List<NextToken> tokens, Function<KvCache, List<Tensor>> part) {
        List<List<Tensor>> each =
                tokens.stream().map(token -> part.apply(token.cache())).toList();
        List<Tensor> slabs = new ArrayList<>();
        for (int layer = 0; layer < each.getFirst().size(); layer++) {
            for (List<Tensor> own : each) {
                slabs.add(own.get(layer));
            }
        }
        return slabs;
    }

    /** The first position that is seen of each slab, like {@link #slabs}. */
    private static long[] firsts(List<NextToken> tokens) {
        int layers = tokens.getFirst().cache().layers();
        long[] firsts = new long[layers * tokens.size()];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = tokens.get(i % tokens.size()).cache().first(i / tokens.size());
        }
        return firsts;
    }

    @Override
    public ElementType elementType() {
        return type;
    }

    @Override
    public String dtype() {
        ElementType matrices = kernel == LinearKernel.HALVES ? ElementType.BF16 : type;
        return matrices.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public TorchDevice device() {
        return scope.device();
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
        return kernel == LinearKernel.HALVES ? Profile.FAST : Profile.EXACT;
    }

    @Override
    public void close() {
        program.close();
        scope.close();
        TorchDevices.trim(device());
    }

    private static Tensor frequencies(TensorScope scope, ModelConfig config, int window) {
        double[] frequencies = config.ropeOfWindow(window).frequencies(config.headDim());
        return scope.doubles(frequencies, frequencies.length);
    }
}
