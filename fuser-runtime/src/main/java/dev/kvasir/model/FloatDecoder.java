package dev.kvasir.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Widens stored numbers to floats, a bounded piece at a time. */
public final class FloatDecoder {

    private static final int PIECE = 1 << 18;

    private FloatDecoder() {}

    /** Reads {@code elements} values of the type, beginning at {@code position}, into the buffer's rest. */
    public static void read(ModelFile file, StoredType type, long position, long elements, FloatBuffer target) {
        int piece = (int) Math.min(PIECE, Math.max(1, elements));
        ByteBuffer bytes = ByteBuffer.allocateDirect(piece * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[piece];
        for (long done = 0; done < elements; done += piece) {
            int count = (int) Math.min(piece, elements - done);
            bytes.clear().limit(count * type.bytes());
            file.read(bytes, position + done * type.bytes());
            widen(type, bytes.flip(), floats, count);
            target.put(floats, 0, count);
        }
    }

    private static void widen(StoredType type, ByteBuffer from, float[] to, int count) {
        switch (type) {
            case F32 -> from.asFloatBuffer().get(to, 0, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = (float) from.getDouble(8 * i);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = Float.float16ToFloat(from.getShort(2 * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = Float.intBitsToFloat(from.getShort(2 * i) << 16);
                }
            }
            case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IllegalArgumentException(type + " is not a type of weights");
        }
    }
}
