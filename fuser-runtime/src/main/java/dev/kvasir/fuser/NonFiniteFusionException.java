package dev.kvasir.fuser;

/** Fusing gave infinities or no numbers at all; the receiver's cache is spoilt and must be discarded. */
public final class NonFiniteFusionException extends RuntimeException {

    /**
     * @param layer of the receiver
     * @param sharer counted from 1
     */
    NonFiniteFusionException(int layer, int sharer) {
        super(
                ("The fused cache is not finite in layer %d (sharer %d). Lower the weight scale, close the gate of that layer,"
                                + " or train the fuser again.")
                        .formatted(layer, sharer));
    }
}
