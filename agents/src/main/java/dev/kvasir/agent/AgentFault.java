package dev.kvasir.agent;

/** Why a reply could not be had. */
public enum AgentFault {
    MODEL_UNKNOWN(false),
    MODEL_INVALID(false),
    MODEL_TOO_LARGE(false),
    OUT_OF_MEMORY(true),
    PROMPT_TOO_LONG(false),
    TEMPLATE_LIMIT(false),
    NON_FINITE(false),
    NO_FUSER(false),
    FUSER_MISMATCH(false),
    ALIGNMENT_FAILED(false),
    FUSION_FAILED(false),
    REMOTE_MODEL(false),
    PROVIDER_FAILED(true),
    /** A reply is not of the format that was asked for. */
    OUTPUT_INVALID(false),
    /** A cache that was to come from another worker has not come whole, or one that was to go there must not. */
    TRANSFER_FAILED(false),
    /** A document that lies on the worker alone cannot be read there. */
    LOCAL_DOCUMENT(false),
    /** A tool is not there, could not do what it was asked, or a model would not stop calling. */
    TOOL_FAILED(false),
    /** A tool may not do what it was asked. */
    TOOL_DENIED(false),
    CANCELLED(false);

    private final boolean retryable;

    AgentFault(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed when it is tried again. */
    public boolean retryable() {
        return retryable;
    }
}
