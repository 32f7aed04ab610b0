package dev.kvasir.model.tokenizer;

import java.time.Duration;

/** A tokenizer did not come back in time; its thread is lost until the process ends. */
public final class TokenizerStuckException extends RuntimeException {

    TokenizerStuckException(String file, Duration limit) {
        super("The tokenizer of %s did not finish within %d seconds and is not used any more. "
                        .formatted(file, limit.toSeconds())
                + "Its splitting rule takes too long on this text; restart the worker and use another tokenizer.json.");
    }
}
