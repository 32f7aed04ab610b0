package dev.kvasir.model;

/** Decodes a growing sequence. Concatenated, the parts are the decoded text. For one thread. */
public interface TokenStream {

    /** What may be shown after this token: empty while a character is unfinished. */
    String next(int id);

    /** What was held back; an unfinished character becomes U+FFFD. The stream is empty afterwards. */
    String end();
}
