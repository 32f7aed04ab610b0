package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The sizes of one layer fuser, and so the names and shapes of its parameters.
 *
 * @param sharerHeads KV heads of the sharer
 * @param sharerHeadDim features of one of them
 * @param heads KV heads of the receiver
 * @param headDim features of one of them
 * @param hidden width of the residual stream
 * @param intermediate inner width of its blocks, the weight's block excepted
 * @param layers at least 3; all beyond are blocks of the projector
 */
public record LayerFuserShape(
        int sharerHeads,
        int sharerHeadDim,
        int heads,
        int headDim,
        int hidden,
        int intermediate,
        int layers,
        Ablation ablation) {

    private static final int LARGEST = 1 << 20;

    public LayerFuserShape {
        Objects.requireNonNull(ablation, "'ablation' is missing");
        checkSize("sharerHeads", sharerHeads);
        checkSize("sharerHeadDim", sharerHeadDim);
        checkSize("heads", heads);
        checkSize("headDim", headDim);
        checkSize("hidden", hidden);
        checkSize("intermediate", intermediate);
        if (layers < 3 || layers > 1024) {
            throw new IllegalArgumentException("A layer fuser has 3 to 1024 layers, not " + layers);
        }
    }

    private static void checkSize(String name, int size) {
        if (size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("%s is from 1 to %d, not %d".formatted(name, LARGEST, size));
        }
    }

    /** Features per token that enter it. */
    public int inputSize() {
        int own = ablation.readsReceiver() ? outputSize() : 0;
        return sharerHeads * sharerHeadDim + own;
    }

    /** Features per token of the receiver's keys, and of its values. */
    public int outputSize() {
        return heads * headDim;
    }

    /** Blocks of the projector after the common one. */
    public int projectorBlocks() {
        return layers - 2;
    }

    /** Every stored tensor and its shape: both sides and the gates' temperature, which is not trained. */
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> tensors = new LinkedHashMap<>();
        tensors.putAll(side("key_"));
        tensors.putAll(side("value_"));
        tensors.put("gate_temperature", List.of());
        return tensors;
    }

    /** One side's parameters, in the order in which the program takes them; {@code side} is {@code key_} or {@code value_}. */
    public Map<String, List<Long>> side(String side) {
        Map<String, List<Long>> tensors = new LinkedHashMap<>();
        tensors.put(side + "gate_logit", List.of());
        tensors.put(side + "in.weight", shape(hidden, inputSize()));
        tensors.put(side + "in.bias", shape(hidden));
        putBlock(tensors, side + "mlp1.blocks.0", intermediate);
        putBlock(tensors, side + "scalar_mlp2.blocks.0", hidden);
        tensors.put(side + "scalar_head.weight", shape(heads, hidden));
        tensors.put(side + "scalar_head.bias", shape(heads));
        for (int block = 0; block < projectorBlocks(); block++) {
            putBlock(tensors, side + "proj_mlp2.blocks." + block, intermediate);
        }
        tensors.put(side + "proj_out.weight", shape(outputSize(), hidden));
        tensors.put(side + "proj_out.bias", shape(outputSize()));
        return tensors;
    }

    private void putBlock(Map<String, List<Long>> tensors, String name, int inner) {
        tensors.put(name + ".norm.weight", shape(hidden));
        tensors.put(name + ".w1.weight", shape(inner, hidden));
        tensors.put(name + ".w2.weight", shape(hidden, inner));
    }

    private static List<Long> shape(int... sizes) {
        List<Long> shape = new ArrayList<>();
        for (int size : sizes) {
            shape.add((long) size);
        }
        return List.copyOf(shape);
    }

    /** Trained numbers: all but the temperature. */
    public long parameters() {
        long count = -1;
        for (List<Long> shape : tensors().values()) {
            count += shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        }
        return count;
    }
}
