package dev.kvasir.fuser;

import dev.kvasir.torch.Tensor;

/** Sees every call of a layer fuser, shut gates' too; its tensors are valid during the call only. */
@FunctionalInterface
public interface FusionWatch {

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
     * @param open whether the gate was
     * @param shared {@code [rows, sharerKvHeads, n, sharerHeadDim]}
     * @param receiver {@code [rows, kvHeads, n, headDim]}, before
     * @param projected what the sharer adds, of the receiver's shape, neither weighted nor gated
     * @param fused of the same shape, before it is rounded to the cache's type
     * @param weight {@code [rows, kvHeads, n, 1]}, in (0, 1)
     */
    record Call(
            int start,
            int sharer,
            int layer,
            Part part,
            boolean open,
            Tensor shared,
            Tensor receiver,
            Tensor projected,
            Tensor fused,
            Tensor weight) {}
}
