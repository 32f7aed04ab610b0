package dev.kvasir.grammar;

/** A vocabulary that cannot spell every text, so that no grammar can be forced with it. */
public final class VocabularyIncompleteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VocabularyIncompleteException(int value) {
        super(
                "No token is the single byte 0x%02X, so the model could not finish every text. Use a model with a byte-level tokenizer or byte fallback."
                        .formatted(value));
    }
}
