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
        boolean alphabet = token.chars().allMatch(c -> c < BYTE_OF.length && BYTE_OF[c] >= 0);
        if (alphabet) {
            token.chars().forEach(c -> utf8.add(BYTE_OF[c]));
        } else {
            for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
                utf8.add(b);
            }
        }
        return utf8.take();
    }

    @Override
    public String end() {
        return utf8.end();
    }
}
