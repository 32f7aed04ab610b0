package dev.kvasir.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * Text to token ids and back, as the model's own tokenizer does it. Safe for use by several threads.
 *
 * <p>A <em>special</em> token steers the model (turns, begin, end). Its string is read as that token only in text that
 * is trusted: see {@link #encode(PromptText, SpecialTokens)}.
 */
public interface Tokenizer extends AutoCloseable {

    /** Whether the tokens that the tokenizer puts around a text (begin of text, mostly) are added. */
    enum SpecialTokens {
        ADD,
        OMIT
    }

    /** Whether special tokens appear in decoded text. */
    enum DecodedSpecials {
        KEEP,
        DROP
    }

    /** Parses special tokens' strings everywhere outside the foreign stretches, so that no user can write a control token. */
    Encoding encode(PromptText text, SpecialTokens around);

    /** Parses special tokens' strings everywhere: for text that a template or the program wrote. */
    default Encoding encode(String text, SpecialTokens around) {
        return encode(PromptText.trusted(text), around);
    }

    /** Parses no special token's string and adds none. */
    default Encoding encodePlain(String text) {
        return encode(PromptText.plain(text), SpecialTokens.OMIT);
    }

    /** The exact inverse where there is one; no white space is cleaned up. Ids beyond the vocabulary decode to nothing. */
    String decode(List<Integer> ids, DecodedSpecials specials);

    /** Decodes token by token, holding back unfinished characters. */
    TokenStream stream(DecodedSpecials specials);

    OptionalInt id(String token);

    /**
     * The token as it stands in the vocabulary (byte-level alphabets and {@code ▁} included).
     *
     * @throws IllegalArgumentException if there is no such id
     */
    String token(int id);

    boolean special(int id);

    /** What the token adds to a text behind others, in UTF-8; perhaps a part of a character. None for an id without a token. */
    byte[] bytes(int id);

    /** The tokens with a role of their own. */
    SpecialIds specialIds();

    /** One more than the largest id. */
    int size();

    /** Frees native memory; idempotent. */
    @Override
    void close();
}
