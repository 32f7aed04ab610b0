package dev.kvasir.model.gguf;

/** Blocks of 256 weights in sub-blocks that have scales of their own. */
final class KBlocks {

    private static final int NIBBLE = 0x0f;

    private KBlocks() {}

    /** Scale, scale of minima, 12 bytes of scales, 128 bytes of nibbles. */
    static void q4(byte[] from, int at, float[] to, int out) {
        float d = BlockDecoder.half(from, at);
        float dMin = BlockDecoder.half(from, at + 2);
        for (int sub = 0; sub < 8; sub++) {
            float scale = d * scale(from, at + 4, sub);
            float min = dMin * min(from, at + 4, sub);
            int nibbles = at + 16 + sub / 2 * 32;
            int shift = sub % 2 * 4;
            int target = out + sub * 32;
            for (int i = 0; i < 32; i++) {
                to[target + i] = scale * (from[nibbles + i] >> shift & NIBBLE) - min;
            }
        }
    }

    /** As {@link #q4}, with 32 bytes of fifth bits before the nibbles. */
    static void q5(byte[] from, int at, float[] to, int out) {
        float d = BlockDecoder.half(from, at);
        float dMin = BlockDecoder.half(from, at + 2);
        for (int sub = 0; sub < 8; sub++) {
            float scale = d * scale(from, at + 4, sub);
            float min = dMin * min(from, at + 4, sub);
            int nibbles = at + 48 + sub / 2 * 32;
            int shift = sub % 2 * 4;
            int target = out + sub * 32;
            for (int i = 0; i < 32; i++) {
                int fifth = (from[at + 16 + i] >> sub & 1) << 4;
                to[target + i] = scale * ((from[nibbles + i] >> shift & NIBBLE) | fifth) - min;
            }
        }
    }

    static int scale(byte[] from, int scales, int sub) {
        if (sub < 4) {
            return from[scales + sub] & 63;
        }
        return (from[scales + sub + 4] & NIBBLE) | (from[scales + sub - 4] >> 6 & 3) << 4;
    }

    static int min(byte[] from, int scales, int sub) {
        if (sub < 4) {
            return from[scales + sub + 4] & 63;
        }
        return (from[scales + sub + 4] >> 4 & NIBBLE) | (from[scales + sub] >> 6 & 3) << 4;
    }

    /** 128 low nibbles, 64 bytes of high pairs, 16 signed scales, scale last. */
    static void q6(byte[] from, int at, float[] to, int out) {
        float d = BlockDecoder.half(from, at + 208);
        for (int quarter = 0; quarter < 8; quarter++) {
            int half = quarter / 4;
            int part = quarter % 4;
            int low = at + half * 64 + part % 2 * 32;
            int lowShift = part / 2 * 4;
            int high = at + 128 + half * 32;
            int highShift = part * 2;
            int scales = at + 192 + half * 8 + part * 2;
            int target = out + half * 128 + part * 32;
            for (int i = 0; i < 32; i++) {
                int q = (from[low + i] >> lowShift & NIBBLE) | (from[high + i] >> highShift & 3) << 4;
                to[target + i] = d * from[scales + i / 16] * (q - 32);
            }
        }
    }
}
