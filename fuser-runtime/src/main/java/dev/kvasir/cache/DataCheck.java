package dev.kvasir.cache;

import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.StoredType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/** One pass over a file's data, a piece at a time: their digest, and whether every number is finite. */
final class DataCheck {

    /** A multiple of every element's size. */
    private static final int PIECE = 1 << 18;

    private final String fileName;

    DataCheck(String fileName) {
        this.fileName = fileName;
    }

    /** SHA-256, hexadecimal, over all tensors in their order, which leave no gap. */
    String digest(SafetensorsFile file, CacheTensors tensors) {
        MessageDigest digest = Sha256.digest();
        byte[] piece = new byte[PIECE];
        for (String name : tensors.names()) {
            StoredType type = tensors.layout(name).type();
            try (InputStream bytes = file.stream(name)) {
                for (int count = bytes.readNBytes(piece, 0, PIECE);
                        count > 0;
                        count = bytes.readNBytes(piece, 0, PIECE)) {
                    digest.update(piece, 0, count);
                    if (type.weight()) {
                        requireFinite(name, type, ByteBuffer.wrap(piece, 0, count));
                    }
                }
            } catch (IOException fault) {
                throw new UncheckedIOException("Cannot read " + file.path(), fault);
            }
        }
        return Sha256.hex(digest);
    }

    private void requireFinite(String name, StoredType type, ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        // A step stays finite when it is multiplied by what one stored byte may count.
        int counted = CacheTensors.isSteps(name) ? -Byte.MIN_VALUE : 1;
        boolean finite = true;
        while (finite && bytes.hasRemaining()) {
            finite = switch (type) {
                case F64 -> Double.isFinite(bytes.getDouble() * counted);
                case F32 -> Float.isFinite(bytes.getFloat() * counted);
                case BF16 -> Float.isFinite(Float.intBitsToFloat(bytes.getShort() << 16));
                case F16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                    throw new IllegalStateException("No cache is stored as " + type);
            };
        }
        if (!finite) {
            throw CacheRefusedException.malformed(fileName, "tensor " + name, "holds a number that is not finite");
        }
    }
}
