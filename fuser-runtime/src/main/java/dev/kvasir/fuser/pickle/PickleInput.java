package dev.kvasir.fuser.pickle;

import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read forwards and never past their end. */
final class PickleInput {

    private static final int MAX_TEXT = 10_000;

    private final String file;
    private final byte[] bytes;
    private int position;

    PickleInput(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    int int8() {
        need(1);
        return bytes[position++] & 0xff;
    }

    int int16() {
        return int8() | int8() << 8;
    }

    int int32() {
        return int16() | int16() << 16;
    }

    long int64() {
        return Integer.toUnsignedLong(int32()) | (long) int32() << 32;
    }

    /** A whole number of {@code length} bytes in two's complement. */
    long whole(int length) {
        if (length > Long.BYTES) {
            throw refuse(PickleFault.PICKLE_LIMIT, "a number of %d bytes".formatted(length));
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            number |= (long) int8() << (8 * i);
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : number << unused >> unused;
    }

    String text(long length) {
        if (length < 0 || length > MAX_TEXT) {
            throw refuse(
                    PickleFault.PICKLE_LIMIT,
                    "a text of %s bytes; at most %d are read".formatted(Long.toUnsignedString(length), MAX_TEXT));
        }
        need((int) length);
        String text = new String(bytes, position, (int) length, StandardCharsets.UTF_8);
        position += (int) length;
        return text;
    }

    /** Up to the end of the line. */
    String line() {
        int end = position;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        String line = text(end - position);
        need(1);
        position++;
        return line;
    }

    /** The claimed length of a run of bytes that is not read. */
    void refuseBytes(long length) {
        if (length < 0 || length > bytes.length - position) {
            throw refuse(
                    PickleFault.PICKLE_LIMIT,
                    "%s bytes are announced, %d are left"
                            .formatted(Long.toUnsignedString(length), bytes.length - position));
        }
        throw refuse(PickleFault.FORBIDDEN_OPERATION, "bytes have no place in a state dictionary");
    }

    private void need(int count) {
        if (bytes.length - position < count) {
            throw refuse(PickleFault.BAD_PICKLE, "the pickle ends too early");
        }
    }

    PickleRefusedException refuse(PickleFault fault, String rule) {
        return refuse(fault, "data.pkl byte " + position, rule);
    }

    PickleRefusedException refuse(PickleFault fault, String key, String rule) {
        return new PickleRefusedException(fault, file, key, rule);
    }
}
