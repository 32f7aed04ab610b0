package dev.kvasir.model.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's way: a mark for the space, and byte tokens. A run of byte tokens that is no whole text becomes one U+FFFD a
 * byte.
 */
final class ReplacingDecoding implements TokenDecoder.Decoding {

    /** When byte tokens are turned into text. */
    enum Bytes {
        BY_CHARACTER,
        BY_RUN
    }

    private final TokenDecoder.Replacing rules;
    private final Bytes byteTokens;
    private byte[] bytes = new byte[8];
    private int count;
    private int toStrip;

    ReplacingDecoding(TokenDecoder.Replacing rules, Bytes byteTokens) {
        this.rules = rules;
        this.byteTokens = byteTokens;
        this.toStrip = rules.stripped();
    }

    @Override
    public String next(String token) {
        int value = rules.byteFallback() ? byteValue(token) : -1;
        if (value < 0) {
            return flush() + stripped(token.replace(rules.from(), rules.to()));
        }
        if (count == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * count);
        }
        bytes[count++] = (byte) value;
        return byteTokens == Bytes.BY_CHARACTER && complete() ? flush() : "";
    }

    /** The value of {@code <0xHH>}; -1 for any other token. */
    static int byteValue(String token) {
        if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
            return -1;
        }
        int high = Character.digit(token.charAt(3), 16);
        int low = Character.digit(token.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : 16 * high + low;
    }

    private boolean complete() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private String flush() {
        if (count == 0) {
            return "";
        }
        String text = complete() ? new String(bytes, 0, count, StandardCharsets.UTF_8) : "\uFFFD".repeat(count);
        count = 0;
        return stripped(text);
    }

    private String stripped(String text) {
        String rest = text;
        while (toStrip > 0 && rest.startsWith(rules.to())) {
            rest = rest.substring(rules.to().length());
            toStrip--;
        }
        if (!rest.isEmpty()) {
            toStrip = 0;
        }
        return rest;
    }

    @Override
    public String end() {
        return flush();
    }
}
