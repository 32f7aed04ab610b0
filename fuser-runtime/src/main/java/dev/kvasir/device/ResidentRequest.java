package dev.kvasir.device;

import java.util.function.Function;

/**
 * What shall be on a device.
 *
 * @param key tells equal things apart from others, such as {@code model:} and a digest; names its kind, and each kind is of
 *     one type
 * @param name what people call it
 * @param bytes what it will take, estimated before it is loaded
 * @param loadingBytes what it takes beyond that while it is being loaded, such as matrices that are laid out anew
 * @param workspaceBytes what each use of it takes beside its caches: the activations of one call
 * @param loader loads it onto the slot that it was placed on; its failure reaches all who wait for it and leaves nothing on the ledger
 */
public record ResidentRequest<R extends Resident>(
        String key, String name, long bytes, long loadingBytes, long workspaceBytes, Function<DeviceSlot, R> loader) {

    public ResidentRequest {
        if (bytes < 0 || loadingBytes < 0 || workspaceBytes < 0) {
            throw new IllegalArgumentException("bytes of %s must not be negative: %d, %d while loading, %d a use"
                    .formatted(name, bytes, loadingBytes, workspaceBytes));
        }
    }

    /** Something that loads within its own size and is used without workspace. */
    public ResidentRequest(String key, String name, long bytes, Function<DeviceSlot, R> loader) {
        this(key, name, bytes, 0, 0, loader);
    }
}
