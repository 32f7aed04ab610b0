package dev.kvasir.training;

import dev.kvasir.torch.Tensor;
import java.util.List;

/**
 * What a batch needs of both models' caches that training never changes, one tensor {@code [rows, heads, n, headDim]} for each section
 * and, within it, each receiver layer.
 *
 * @param sharerKeys the sharer's in each fused section, beside the receiver's tokens
 * @param sharerValues likewise
 * @param ownKeys the receiver's own in its first sections, as many as are {@linkplain TrainingSample#constantSections() constant}
 * @param ownValues likewise
 */
record FrozenSlices(List<Tensor> sharerKeys, List<Tensor> sharerValues, List<Tensor> ownKeys, List<Tensor> ownValues) {

    FrozenSlices {
        sharerKeys = List.copyOf(sharerKeys);
        sharerValues = List.copyOf(sharerValues);
        ownKeys = List.copyOf(ownKeys);
        ownValues = List.copyOf(ownValues);
    }
}
