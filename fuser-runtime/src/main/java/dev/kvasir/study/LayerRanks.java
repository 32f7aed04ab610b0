package dev.kvasir.study;

import dev.kvasir.fuser.FusionWatch.Part;

/**
 * Effective ranks of the caches that meet in one receiver layer, over fused positions.
 *
 * @param layer of the receiver
 * @param each of one prompt's tokens, mean over the prompts
 * @param pooled of all prompts' tokens together
 * @param tokens that were pooled: no rank is above it, nor above the features of a token
 */
public record LayerRanks(int layer, Part part, Ranks each, Ranks pooled, int tokens) {

    /**
     * One rank for each cache.
     *
     * @param sharer of the sharer's layer that is mapped to this one
     */
    public record Ranks(double sharer, double receiver, double fused) {}
}
