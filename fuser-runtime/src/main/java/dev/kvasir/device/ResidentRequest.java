package dev.kvasir.device;

import java.util.function.Supplier;

/**
 * What shall be on a device.
 *
 * @param key tells equal things apart from others, such as {@code model:} and a digest
 * @param name what people call it
 * @param bytes what it will take, estimated before it is loaded
 * @param loader loads it; its failure reaches the caller and leaves nothing on the ledger
 */
public record ResidentRequest<R extends Resident>(String key, String name, long bytes, Supplier<R> loader) {

    public ResidentRequest {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes of " + name + " must not be negative: " + bytes);
        }
    }
}
