package dev.kvasir.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The shape of a model and what its family leaves open. Whatever the file left out is filled in as its family does.
 *
 * @param headDim width of a head; not always {@code hiddenSize / heads}
 * @param vocabularySize rows of the embedding; may exceed the tokenizer's tokens
 * @param contextLength positions the model was made for
 * @param rope rotary embedding of layers that see everything
 * @param slidingRope rotary embedding of layers with a window; equal to {@code rope} where the family has one base
 * @param windows per layer how many of the newest positions it sees, the own included; 0 for all
 * @param queryScale factor of a query-key product
 * @param embeddingScale factor of an embedding: 1, or the square root of {@code hiddenSize}
 * @param tiedEmbeddings whether the head is the embedding; if not, there is {@code lm_head.weight}
 * @param biases which linear layers have a bias
 * @param beginId the begin token, if there is one; whether it is added is the tokenizer's affair
 * @param endIds tokens that end a text; never empty for a model that says how its texts end
 * @param padId the padding token, if there is one
 */
public record ModelConfig(
        Family family,
        int hiddenSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int intermediateSize,
        int vocabularySize,
        int contextLength,
        double rmsNormEps,
        Rope rope,
        Rope slidingRope,
        List<Integer> windows,
        double queryScale,
        double embeddingScale,
        boolean tiedEmbeddings,
        Biases biases,
        OptionalInt beginId,
        List<Integer> endIds,
        OptionalInt padId) {

    /**
     * Which linear layers have a bias.
     *
     * @param queryKeyValue on q, k and v
     * @param attentionOutput on o
     * @param mlp on gate, up and down
     */
    public record Biases(boolean queryKeyValue, boolean attentionOutput, boolean mlp) {}

    public ModelConfig {
        windows = List.copyOf(windows);
        endIds = List.copyOf(endIds);
        if (windows.size() != layers) {
            throw new IllegalArgumentException("%d windows for %d layers".formatted(windows.size(), layers));
        }
    }

    /** Windows of which every {@code pattern}-th layer is free: it sees everything. */
    public static List<Integer> windowsByPattern(int layers, int window, int pattern) {
        return IntStream.rangeClosed(1, layers)
                .mapToObj(layer -> layer % pattern == 0 ? 0 : window)
                .toList();
    }

    /** The same model with other end tokens. */
    public ModelConfig withEndIds(List<Integer> otherEndIds) {
        return new ModelConfig(
                family,
                hiddenSize,
                layers,
                heads,
                kvHeads,
                headDim,
                intermediateSize,
                vocabularySize,
                contextLength,
                rmsNormEps,
                rope,
                slidingRope,
                windows,
                queryScale,
                embeddingScale,
                tiedEmbeddings,
                biases,
                beginId,
                otherEndIds,
                padId);
    }

    /** How many of the newest positions the layer sees; empty for all. */
    public OptionalInt window(int layer) {
        int window = windows.get(layer);
        return window == 0 ? OptionalInt.empty() : OptionalInt.of(window);
    }

    /** The different windows of the layers; layers of one kind share their masks and rotary angles. */
    public List<Integer> windowKinds() {
        return windows.stream().distinct().toList();
    }

    /** The rotary embedding of layers with a window; 0 for those that see everything. */
    public Rope ropeOfWindow(int window) {
        return window == 0 ? rope : slidingRope;
    }

    /** The rotary embedding of a layer. */
    public Rope rope(int layer) {
        return ropeOfWindow(windows.get(layer));
    }

    /** Query heads that share a key-value head. */
    public int groupSize() {
        return heads / kvHeads;
    }

    /** Bytes of keys and values of one position, all layers, at {@code elementBytes} a value. */
    public long kvBytesPerToken(int elementBytes) {
        return 2L * layers * kvHeads * headDim * elementBytes;
    }
}
