package dev.kvasir.decoder;

/** A prompt does not fit; the message names both numbers. */
public final class PromptTooLongException extends RuntimeException {
    private final int tokens;
    private final int limit;

    private PromptTooLongException(String message, int tokens, int limit) {
        super(message);
        this.tokens = tokens;
        this.limit = limit;
    }

    static PromptTooLongException forContext(String model, int tokens, int limit) {
        return new PromptTooLongException(
                "The prompt has " + tokens + " tokens, but the model " + model + " reads at most " + limit
                        + ". Shorten the prompt or choose a model with a longer context.",
                tokens,
                limit);
    }

    static PromptTooLongException forCache(String model, int tokens, int limit) {
        return new PromptTooLongException(
                "A KV cache of the model " + model + " would hold " + tokens + " tokens, but has room for " + limit
                        + ". Create it with a larger capacity or shorten the prompt.",
                tokens,
                limit);
    }

    /** Tokens there are. */
    public int tokens() {
        return tokens;
    }

    /** Tokens there may be. */
    public int limit() {
        return limit;
    }
}
