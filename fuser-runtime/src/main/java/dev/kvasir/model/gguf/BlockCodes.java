package dev.kvasir.model.gguf;

import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Takes quantised blocks apart into codes, scales and minimums, without widening them to floats. */
final class BlockCodes {

    private static final int NIBBLE = 0x0f;

    private BlockCodes() {}

    /** How blocks of a type are laid out as codes; empty for types that have none. */
    static Optional<CodeLayout> layout(GgufType type) {
        return switch (type) {
            case Q4_0, Q4_1, Q4_K -> Optional.of(CodeLayout.NIBBLES);
            case Q5_0, Q8_0 -> Optional.of(CodeLayout.BYTES);
            case Q5_1, Q5_K -> Optional.of(CodeLayout.BYTES_AND_MINIMUMS);
            case Q6_K -> Optional.of(CodeLayout.BYTES_BY_16);
            case BF16 -> Optional.of(CodeLayout.HALVES);
            case F32, F16 -> Optional.empty();
        };
    }

    /** Takes {@code blocks} whole blocks from the start of {@code from}. */
    static void decode(GgufType type, byte[] from, int blocks, CodeTarget target) {
        byte[] codes = new byte[type.blockElements() * Short.BYTES];
        for (int at = 0; at < blocks * type.blockBytes(); at += type.blockBytes()) {
            switch (type) {
                case Q4_0 -> q4(from, at, target);
                case Q4_1 -> q4Min(from, at, target);
                case Q5_0 -> q5(from, at, codes, target);
                case Q5_1 -> q5Min(from, at, codes, target);
                case Q8_0 -> q8(from, at, target);
                case Q4_K -> q4k(from, at, codes, target);
                case Q5_K -> q5k(from, at, codes, target);
                case Q6_K -> q6k(from, at, codes, target);
                case BF16 -> target.codes().put(from, at, Short.BYTES);
                case F32, F16 -> throw new IllegalArgumentException(type + " has no codes");
            }
        }
    }

    private static void q4(byte[] from, int at, CodeTarget target) {
        float d = BlockDecoder.half(from, at);
        target.codes().put(from, at + 2, 16);
        target.scales().put(d);
        target.minimums().put(-8 * d);
    }

    private static void q4Min(byte[] from, int at, CodeTarget target) {
        target.codes().put(from, at + 4, 16);
        target.scales().put(BlockDecoder.half(from, at));
        target.minimums().put(BlockDecoder.half(from, at + 2));
    }

    private static void q8(byte[] from, int at, CodeTarget target) {
        target.codes().put(from, at + 2, 32);
        target.scales().put(BlockDecoder.half(from, at));
    }

    private static void q5(byte[] from, int at, byte[] codes, CodeTarget target) {
        fifths(from, at + 2, 16, codes);
        target.codes().put(codes, 0, 32);
        target.scales().put(BlockDecoder.half(from, at));
    }

    private static void q5Min(byte[] from, int at, byte[] codes, CodeTarget target) {
        fifths(from, at + 4, 0, codes);
        target.codes().put(codes, 0, 32);
        target.scales().put(BlockDecoder.half(from, at));
        target.minimums().put(BlockDecoder.half(from, at + 2));
    }

    /** 32 fifth bits, then 16 bytes of nibbles. */
    private static void fifths(byte[] from, int at, int subtracted, byte[] codes) {
        int high = BlockDecoder.int32(from, at);
        for (int i = 0; i < 16; i++) {
            int pair = from[at + 4 + i];
            codes[i] = (byte) (((pair & NIBBLE) | (high >>> i & 1) << 4) - subtracted);
            codes[16 + i] = (byte) (((pair >> 4 & NIBBLE) | (high >>> (i + 16) & 1) << 4) - subtracted);
        }
    }

    /** Nibbles of 64 weights lie in 32 bytes, the first 32 low; each 32 become 16 bytes. */
    private static void q4k(byte[] from, int at, byte[] codes, CodeTarget target) {
        for (int pair = 0; pair < 4; pair++) {
            int nibbles = at + 16 + pair * 32;
            int to = pair * 32;
            for (int i = 0; i < 16; i++) {
                int first = from[nibbles + i];
                int second = from[nibbles + 16 + i];
                codes[to + i] = (byte) ((first & NIBBLE) | (second & NIBBLE) << 4);
                codes[to + 16 + i] = (byte) ((first >> 4 & NIBBLE) | (second & NIBBLE << 4));
            }
        }
        target.codes().put(codes, 0, 128);
        subScales(from, at, target);
    }

    private static void q5k(byte[] from, int at, byte[] codes, CodeTarget target) {
        for (int sub = 0; sub < 8; sub++) {
            int nibbles = at + 48 + sub / 2 * 32;
            int shift = sub % 2 * 4;
            for (int i = 0; i < 32; i++) {
                int fifth = (from[at + 16 + i] >> sub & 1) << 4;
                codes[sub * 32 + i] = (byte) ((from[nibbles + i] >> shift & NIBBLE) | fifth);
            }
        }
        target.codes().put(codes, 0, 256);
        subScales(from, at, target);
    }

    private static void subScales(byte[] from, int at, CodeTarget target) {
        float d = BlockDecoder.half(from, at);
        float dMin = BlockDecoder.half(from, at + 2);
        FloatBuffer scales = target.scales();
        FloatBuffer minimums = target.minimums();
        for (int sub = 0; sub < 8; sub++) {
            scales.put(d * KBlocks.scale(from, at + 4, sub));
            minimums.put(-(dMin * KBlocks.min(from, at + 4, sub)));
        }
    }

    private static void q6k(byte[] from, int at, byte[] codes, CodeTarget target) {
        float d = BlockDecoder.half(from, at + 208);
        for (int quarter = 0; quarter < 8; quarter++) {
            int half = quarter / 4;
            int part = quarter % 4;
            int low = at + half * 64 + part % 2 * 32;
            int lowShift = part / 2 * 4;
            int high = at + 128 + half * 32;
            int highShift = part * 2;
            for (int i = 0; i < 32; i++) {
                int q = (from[low + i] >> lowShift & NIBBLE) | (from[high + i] >> highShift & 3) << 4;
                codes[quarter * 32 + i] = (byte) (q - 32);
            }
        }
        ByteBuffer out = target.codes();
        out.put(codes, 0, 256);
        for (int group = 0; group < 16; group++) {
            target.scales().put(d * from[at + 192 + group]);
        }
    }
}
