package dev.kvasir.agent;

/** A reply that could not be had. The message names what failed and how to mend it, and is shown to users as it is. */
public final class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final AgentFault fault;

    public AgentException(AgentFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public AgentException(AgentFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public AgentFault fault() {
        return fault;
    }
}
