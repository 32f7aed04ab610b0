package dev.kvasir.study;

import dev.kvasir.fuser.PartialFusion;

/**
 * How many questions were answered rightly where a part was fused.
 *
 * @param share of the fusible tokens or of the mapped layers, 0 to 1, rounded down to whole ones
 * @param end from where on they are counted
 */
public record CurvePoint(Along along, PartialFusion.End end, double share, int right, int of) {

    /** What is fused bit by bit. */
    public enum Along {
        /** The prompt's tokens, in all layers. */
        TOKENS,
        /** The receiver's layers, at all tokens. */
        LAYERS
    }
}
