package dev.kvasir.decoder;

/** Why a generation ended. */
public enum FinishReason {
    STOP_TOKEN,
    STOP_STRING,
    /** The value that a grammar asked for is whole, and nothing may follow it. */
    COMPLETE,
    /** As many tokens as were asked for. */
    LENGTH,
    /** The model's context holds no more. */
    CONTEXT_FULL,
    CANCELLED
}
