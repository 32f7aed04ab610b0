package dev.kvasir.model.gguf;

/**
 * Widens quantised blocks to floats, in the order of operations of the reference, so that results are equal to the last
 * bit. Numbers are little-endian; {@code d} is a block's scale, {@code m} its minimum.
 */
final class BlockDecoder {

    private static final int NIBBLE = 0x0f;

    private BlockDecoder() {}

    /** Widens {@code blocks} whole blocks from the start of {@code from} to the start of {@code to}. */
    static void decode(GgufType type, byte[] from, float[] to, int blocks) {
        int bytes = type.blockBytes();
        int elements = type.blockElements();
        for (int block = 0; block < blocks; block++) {
            int at = block * bytes;
            int out = block * elements;
            switch (type) {
                case F32 -> to[out] = Float.intBitsToFloat(int32(from, at));
                case F16 -> to[out] = half(from, at);
                case BF16 -> to[out] = Float.intBitsToFloat(int16(from, at) << 16);
                case Q8_0 -> q8(from, at, to, out);
                case Q4_0 -> q4(from, at, to, out);
                case Q4_1 -> q4Min(from, at, to, out);
                case Q5_0 -> q5(from, at, to, out);
                case Q5_1 -> q5Min(from, at, to, out);
                case Q4_K -> KBlocks.q4(from, at, to, out);
                case Q5_K -> KBlocks.q5(from, at, to, out);
                case Q6_K -> KBlocks.q6(from, at, to, out);
            }
        }
    }

    static float half(byte[] from, int at) {
        return Float.float16ToFloat((short) int16(from, at));
    }

    private static int int16(byte[] from, int at) {
        return (from[at] & 0xff) | (from[at + 1] & 0xff) << 8;
    }

    static int int32(byte[] from, int at) {
        return int16(from, at) | int16(from, at + 2) << 16;
    }

    /** Scale, 32 signed bytes. */
    private static void q8(byte[] from, int at, float[] to, int out) {
        float d = half(from, at);
        for (int i = 0; i < 32; i++) {
            to[out + i] = d * from[at + 2 + i];
        }
    }

    /** Scale, 16 bytes: low nibbles are elements 0 to 15, high ones 16 to 31. */
    private static void q4(byte[] from, int at, float[] to, int out) {
        float d = half(from, at);
        for (int i = 0; i < 16; i++) {
            int pair = from[at + 2 + i];
            to[out + i] = d * ((pair & NIBBLE) - 8);
            to[out + 16 + i] = d * ((pair >> 4 & NIBBLE) - 8);
        }
    }

    /** Scale, minimum, 16 bytes of nibbles. */
    private static void q4Min(byte[] from, int at, float[] to, int out) {
        float d = half(from, at);
        float m = half(from, at + 2);
        for (int i = 0; i < 16; i++) {
            int pair = from[at + 4 + i];
            to[out + i] = d * (pair & NIBBLE) + m;
            to[out + 16 + i] = d * (pair >> 4 & NIBBLE) + m;
        }
    }

    /** Scale, 32 fifth bits, 16 bytes of nibbles. */
    private static void q5(byte[] from, int at, float[] to, int out) {
        float d = half(from, at);
        int high = int32(from, at + 2);
        for (int i = 0; i < 16; i++) {
            int pair = from[at + 6 + i];
            to[out + i] = d * (((pair & NIBBLE) | (high >>> i & 1) << 4) - 16);
            to[out + 16 + i] = d * (((pair >> 4 & NIBBLE) | (high >>> (i + 16) & 1) << 4) - 16);
        }
    }

    /** Scale, minimum, 32 fifth bits, 16 bytes of nibbles. */
    private static void q5Min(byte[] from, int at, float[] to, int out) {
        float d = half(from, at);
        float m = half(from, at + 2);
        int high = int32(from, at + 4);
        for (int i = 0; i < 16; i++) {
            int pair = from[at + 8 + i];
            to[out + i] = d * ((pair & NIBBLE) | (high >>> i & 1) << 4) + m;
            to[out + 16 + i] = d * ((pair >> 4 & NIBBLE) | (high >>> (i + 16) & 1) << 4) + m;
        }
    }
}
