package dev.kvasir.outbound;

/** Why an exchange came to nothing. */
public enum OutboundFault {
    UNREACHABLE(true),
    TIMEOUT(true),
    BROKEN(true),
    UNTRUSTED(false),
    TOO_LARGE(false),
    INTERRUPTED(false);

    private final boolean retryable;

    OutboundFault(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed when it is tried again. */
    public boolean retryable() {
        return retryable;
    }
}
