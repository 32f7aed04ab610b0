package dev.kvasir.outbound;

import org.jspecify.annotations.Nullable;

/** A request that was allowed and got no answer that could be used. The message names the host, never path or query. */
public final class OutboundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final OutboundFault fault;

    OutboundException(OutboundFault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public OutboundFault fault() {
        return fault;
    }
}
