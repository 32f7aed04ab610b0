package dev.kvasir.hop;

/** A cache cannot travel, or has not come whole. The message says why, and is shown to users as it is. */
public final class TransferException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TransferException(String message) {
        super(message);
    }

    TransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
