package dev.kvasir.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns the byte-level alphabet back into bytes and those into text. */
final class ByteLevelDecoding implements TokenDecoder.Decoding {

    private static final int[] BYTE_OF = byteOfCharacter();

    private final Utf8Decoder utf8 = new Utf8Decoder();

    /** Printable Latin-1 stands for itself; the other 68 bytes are moved, in order, to U+0100 and beyond. */
    private static int[] byteOfCharacter() {
        int[] byteOf = new int[0x100 + 68];
        Arrays.fill(byteOf, -1);
        int moved = 0;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            byteOf[printable ? b : 0x100 + moved++] = b;
        }
        return byteOf;
    }

    @Override
    public String next(String token) {
        for (byte b : bytes(token)) {
            utf8.add(b);
        }
        return utf8.take();
    }

    /** What a token stands for; one with other characters in it is text as it is. */
    static byte[] bytes(String token) {
        boolean alphabet = token.chars().allMatch(c -> c < BYTE_OF.length && BYTE_OF[c] >= 0);
        if (!alphabet) {
            return token.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) BYTE_OF[token.charAt(i)];
        }
        return bytes;
    }

    @Override
    public String end() {
        return utf8.end();
    }
}
