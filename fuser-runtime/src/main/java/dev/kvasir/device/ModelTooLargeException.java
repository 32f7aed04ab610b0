package dev.kvasir.device;

/** Something can never fit on a device. */
public final class ModelTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ModelTooLargeException(String name, long needed, DeviceSlot slot) {
        super("'%s' needs %d MiB, but device %s has %d MiB for models. Use a smaller model or a larger device."
                .formatted(name, mebibytes(needed), slot.name(), mebibytes(slot.capacity())));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
