package dev.kvasir.training;

import dev.kvasir.torch.Tensor;
import java.util.List;

/**
 * The sharer's cache where it is fused, one tensor {@code [rows, sharerHeads, n, sharerHeadDim]} for each fused section and,
 * within it, each receiver layer.
 */
record SharerSlices(List<Tensor> keys, List<Tensor> values) {

    SharerSlices {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
    }
}
