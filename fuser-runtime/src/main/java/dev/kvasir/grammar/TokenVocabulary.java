package dev.kvasir.grammar;

import dev.kvasir.model.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The tokens that a model may write as text, by their bytes. Special tokens are none of them.
 *
 * <p>Immutable; some 10 MB for 150,000 tokens.
 */
public final class TokenVocabulary {

    /** Tokens of at most so many characters, all of them plain in a JSON string, are let through together. */
    static final int LONGEST_PLAIN = 16;

    private static final byte[] NONE = {};
    private static final int DELETE = 0x7F;

    /** Bytes from here on begin characters of several. */
    private static final int FIRST_OF_CHARACTERS = 0xC0;

    private final byte[][] bytes;
    private final TokenTrie all;
    private final TokenTrie rest;
    private final long[][] plain;
    private final int[] quotes;
    private final BitSet writable;

    /**
     * Reads a tokenizer's vocabulary.
     *
     * @throws VocabularyIncompleteException if a sign of ASCII, or a byte within a character, is no token, so that a text might
     *     not go on
     */
    public TokenVocabulary(Tokenizer tokenizer) {
        this.bytes = new byte[tokenizer.size()][];
        this.plain = new long[LONGEST_PLAIN + 1][(bytes.length + 63) / 64];
        List<Integer> written = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int id = 0; id < bytes.length; id++) {
            bytes[id] = tokenizer.special(id) ? NONE : tokenizer.bytes(id);
            if (bytes[id].length > 0) {
                written.add(id);
                if (!keepPlain(id)) {
                    others.add(id);
                }
            }
        }
        this.writable = singleBytes();
        this.quotes = others.stream()
                .filter(this::hasQuote)
                .mapToInt(Integer::intValue)
                .toArray();
        this.all = TokenTrie.of(written, bytes);
        this.rest = TokenTrie.of(others, bytes);
    }

    private boolean keepPlain(int id) {
        int length = plainCharacters(bytes[id]);
        if (length == 0 || length > LONGEST_PLAIN) {
            return false;
        }
        for (int most = length; most <= LONGEST_PLAIN; most++) {
            plain[most][id >> 6] |= 1L << id;
        }
        return true;
    }

    /** Code points of a token that is whole characters, plain in a JSON string; else 0. */
    private static int plainCharacters(byte[] token) {
        try {
            int[] points = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token))
                    .codePoints()
                    .toArray();
            return Arrays.stream(points).allMatch(TextFrames.PLAIN::contains) ? points.length : 0;
        } catch (CharacterCodingException notWhole) {
            return 0;
        }
    }

    private boolean hasQuote(int id) {
        for (byte b : bytes[id]) {
            if (b == '"') {
                return true;
            }
        }
        return false;
    }

    private BitSet singleBytes() {
        BitSet single = new BitSet();
        for (byte[] token : bytes) {
            if (token.length == 1) {
                single.set(token[0] & 0xFF);
            }
        }
        for (int value = ' '; value < FIRST_OF_CHARACTERS; value++) {
            if (value != DELETE && !single.get(value)) {
                throw new VocabularyIncompleteException(value);
            }
        }
        return single;
    }

    /**
     * Bytes that a text may have: those that are tokens by themselves. Characters that begin with another are never begun, for
     * they might not be brought to their end.
     */
    BitSet writable() {
        return writable;
    }

    /** One more than the largest id. */
    int size() {
        return bytes.length;
    }

    /** A token's bytes; none if it is not written as text. */
    byte[] bytes(int id) {
        return id >= 0 && id < bytes.length ? bytes[id] : NONE;
    }

    TokenTrie all() {
        return all;
    }

    /** All but those that {@link #plain} has. */
    TokenTrie rest() {
        return rest;
    }

    /**
     * Tokens of plain characters only, as bits.
     *
     * @param most code points, at most {@link #LONGEST_PLAIN}
     */
    long[] plain(int most) {
        return plain[most];
    }

    /** Tokens with a quotation mark in them. */
    int[] quotes() {
        return quotes;
    }
}
