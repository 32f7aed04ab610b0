package dev.kvasir.hub;

import org.jspecify.annotations.Nullable;

/** A pull cannot go on; no model was added. Its message is one sentence for people and never holds a token. */
public final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HubFault fault;

    HubException(HubFault fault, String message) {
        this(fault, message, null);
    }

    HubException(HubFault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public HubFault fault() {
        return fault;
    }
}
