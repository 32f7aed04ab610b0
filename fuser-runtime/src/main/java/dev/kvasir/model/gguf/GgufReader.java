package dev.kvasir.model.gguf;

import dev.kvasir.model.ModelFile;
import dev.kvasir.model.ModelInvalidException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads a GGUF file's head value by value; never past its end, never more than a claimed length that fits. */
final class GgufReader {

    private static final int BUFFER = 1 << 16;
    /** All strings of a head together: the largest vocabularies have some 10 MB. */
    private static final long MAX_STRING_BYTES = 24L << 20;

    private final ModelFile file;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long bufferStart;
    private long stringBytes;

    GgufReader(ModelFile file) {
        this.file = file;
    }

    long position() {
        return bufferStart + buffer.position();
    }

    long remaining() {
        return file.size() - position();
    }

    byte int8() {
        return ensure(1, "value").get();
    }

    short int16() {
        return ensure(Short.BYTES, "value").getShort();
    }

    int int32() {
        return ensure(Integer.BYTES, "value").getInt();
    }

    long int64() {
        return ensure(Long.BYTES, "value").getLong();
    }

    float float32() {
        return Float.intBitsToFloat(int32());
    }

    double float64() {
        return Double.longBitsToDouble(int64());
    }

    /** An unsigned count, at most {@code max}. */
    long count(String place, long max) {
        long count = int64();
        if (count < 0 || count > max) {
            throw file.invalid(place, "is %s; at most %d fits".formatted(Long.toUnsignedString(count), max));
        }
        return count;
    }

    String string(String place, int maxBytes) {
        int length = (int) count(place + ", string length", Math.min(maxBytes, remaining()));
        stringBytes += length;
        if (stringBytes > MAX_STRING_BYTES) {
            throw file.invalid(place, "the strings of the file's head exceed %d bytes".formatted(MAX_STRING_BYTES));
        }
        if (length == 0) {
            return "";
        }
        byte[] bytes = new byte[length];
        if (length <= BUFFER) {
            ensure(length, place).get(bytes);
        } else {
            file.read(ByteBuffer.wrap(bytes), position());
            seek(position() + length);
        }
        return decode(bytes, place);
    }

    private String decode(byte[] bytes, String place) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelInvalidException(file.name(), place, "is not UTF-8", e);
        }
    }

    private void seek(long position) {
        bufferStart = position;
        buffer.limit(0);
    }

    private ByteBuffer ensure(int bytes, String place) {
        if (buffer.remaining() >= bytes) {
            return buffer;
        }
        if (remaining() < bytes) {
            throw file.invalid(place, "the file ends at byte %d, inside this".formatted(file.size()));
        }
        bufferStart = position();
        buffer.clear().limit((int) Math.min(BUFFER, file.size() - bufferStart));
        file.read(buffer, bufferStart);
        buffer.flip();
        return buffer;
    }
}
