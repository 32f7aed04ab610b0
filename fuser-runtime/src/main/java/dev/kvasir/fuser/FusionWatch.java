package dev.kvasir.fuser;

import dev.kvasir.torch.Tensor;

/** Sees every call of a layer fuser; its tensors are valid during the call only. */
@FunctionalInterface
interface FusionWatch {

    void fused(Call call);

    /** Keys or values of some positions of one layer. */
    enum Part {
        KEYS,
        VALUES
    }

    /**
     * What one side of one layer fuser was given and gave.
     *
     * @param start first position of the section
     * @param sharer counted from 1
     * @param layer of the receiver
     * @param fused before it is rounded to the cache's type
     */
    record Call(
            int start, int sharer, int layer, Part part, Tensor shared, Tensor receiver, Tensor fused, Tensor weight) {}
}
