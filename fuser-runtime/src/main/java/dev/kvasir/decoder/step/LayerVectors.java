package dev.kvasir.decoder.step;

/**
 * A layer's weights that are not matrices, F32; empty where the model has none. Norms hold the 1 that a family adds.
 *
 * @param attentionNorm before attention, {@code [hidden]}
 * @param attentionBranchNorm behind attention, before the residual is added, {@code [hidden]}
 * @param mlpNorm before the MLP, {@code [hidden]}
 * @param mlpBranchNorm behind the MLP, {@code [hidden]}
 * @param queryNorm of each query head, {@code [headDim]}
 * @param keyNorm of each key head, {@code [headDim]}
 * @param qkvBias as the rows of q, k and v one below the other
 * @param outputBias of the attention's output
 * @param gateUpBias as the rows of gate and up one below the other
 * @param downBias of the MLP's output
 */
public record LayerVectors(
        WeightVector attentionNorm,
        WeightVector attentionBranchNorm,
        WeightVector mlpNorm,
        WeightVector mlpBranchNorm,
        WeightVector queryNorm,
        WeightVector keyNorm,
        WeightVector qkvBias,
        WeightVector outputBias,
        WeightVector gateUpBias,
        WeightVector downBias) {}
