package dev.kvasir.model.tokenizer;

import java.nio.charset.StandardCharsets;

/** How tokens become text. */
sealed interface TokenDecoder {

    /** Decodes a whole sequence as the reference does. */
    Decoding whole();

    /** Decodes token by token; shows each character as soon as it is whole. */
    Decoding stream();

    /** What a token stands for in UTF-8, wherever it is not the first. */
    byte[] bytes(String token);

    /** A decoding in progress; parts joined are the text. For one thread. */
    interface Decoding {
        /** The text that is certain after this token. */
        String next(String token);

        /** The rest, unfinished characters as U+FFFD. */
        String end();
    }

    /** Tokens are written in an alphabet of 256 characters, one for each byte. */
    record ByteLevel() implements TokenDecoder {
        @Override
        public Decoding whole() {
            return new ByteLevelDecoding();
        }

        @Override
        public Decoding stream() {
            return new ByteLevelDecoding();
        }

        @Override
        public byte[] bytes(String token) {
            return ByteLevelDecoding.bytes(token);
        }
    }

    /**
     * Tokens are text with {@code from} for {@code to}; bytes without a character are tokens such as {@code <0x0A>}.
     *
     * @param stripped how many {@code to} the text loses at its start
     */
    record Replacing(String from, String to, boolean byteFallback, int stripped) implements TokenDecoder {
        @Override
        public Decoding whole() {
            return new ReplacingDecoding(this, ReplacingDecoding.Bytes.BY_RUN);
        }

        @Override
        public Decoding stream() {
            return new ReplacingDecoding(this, ReplacingDecoding.Bytes.BY_CHARACTER);
        }

        @Override
        public byte[] bytes(String token) {
            int value = byteFallback ? ReplacingDecoding.byteValue(token) : -1;
            return value < 0 ? token.replace(from, to).getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) value};
        }
    }
}
