package dev.kvasir.torch;

/** What one element of a tensor is. A program names a type by torch's {@link #code()}, as in {@code torch.to(x, 6)}. */
public enum ElementType {
    F64(8, 7),
    F32(4, 6),
    F16(2, 5),
    BF16(2, 15),
    I64(8, 4),
    I32(4, 3),
    I16(2, 2),
    I8(1, 1),
    U8(1, 0),
    BOOL(1, 11);

    private final int bytes;
    private final int code;

    ElementType(int bytes, int code) {
        this.bytes = bytes;
        this.code = code;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The number of this type inside a program. */
    public int code() {
        return code;
    }

    static ElementType ofCode(long code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("torch's scalar type " + code
                + " has no counterpart here; let the program convert it, e.g. to float32.");
    }
}
