package dev.kvasir.agent;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.TorchDevice;
import java.util.Comparator;
import java.util.List;

/**
 * What a model takes, told from its file's headers; all in bytes.
 *
 * @param weights once they are loaded
 * @param loading beyond that, while they are being loaded
 * @param workspace of each use: the activations of one call
 */
record Footprint(long weights, long loading, long workspace) {

    /** Matrices of a layer, each with memory of its own that it is read into. */
    private static final int OF_A_LAYER = 4;

    static Footprint of(Checkpoint checkpoint, Profile profile, TorchDevice device) {
        return new Footprint(
                LoadedModel.estimatedBytes(checkpoint, profile.decoder(), device),
                device.isCpu() ? loading(checkpoint.weights(), profile) : 0, // laid out before it goes to a GPU
                workspace(checkpoint.config()));
    }

    /**
     * The exact profile reads each matrix where it stays, or lays it out anew before it reads the next; the fast one reads on
     * all processors, into halves at most.
     */
    private static long loading(Weights weights, Profile profile) {
        List<Long> largest = weights.names().stream()
                .map(name -> weights.shape(name).elements())
                .sorted(Comparator.reverseOrder())
                .toList();
        if (largest.isEmpty()) {
            return 0;
        }
        return switch (profile) {
            case EXACT -> largest.getFirst() * Float.BYTES;
            case FAST -> {
                long layer = largest.stream()
                        .skip(1)
                        .limit(OF_A_LAYER)
                        .mapToLong(Long::longValue)
                        .sum();
                int processors = Runtime.getRuntime().availableProcessors();
                yield (largest.getFirst() + processors * layer) * Short.BYTES;
            }
        };
    }

    /**
     * What is alive at once while a chunk goes through a layer: the stream, its norm and the branch; queries, keys and values
     * before and after their rotation, and what attention made of them; gate, up and their product; the mask; and the logits of
     * all rows with their copy for the sampler.
     */
    static long workspace(ModelConfig config) {
        long stream = 3L * config.hiddenSize();
        long heads = config.heads() + 2L * config.kvHeads();
        long attention = (2 * heads + config.heads()) * config.headDim();
        long gated = 3L * config.intermediateSize();
        long mask = config.contextLength();
        long logits = 2L * LocalModel.ROWS * config.vocabularySize();
        return (Prefill.CHUNK * (stream + attention + gated + mask) + logits) * Float.BYTES;
    }
}
