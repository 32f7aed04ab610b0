package dev.kvasir.wire;

/** A sealed stream is not the whole of what was sealed for this transfer, and nothing of it is used. */
public final class SealBrokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SealBrokenException(Transfer transfer, String what) {
        super("The cache of transfer %s is refused: %s. Send it again under a new transfer."
                .formatted(transfer.id(), what));
    }
}
