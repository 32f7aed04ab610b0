package dev.kvasir.device;

/** Something can never fit on a device. */
public final class ModelTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ModelTooLargeException(Needs needs, long needed, DeviceSlot slot) {
        super("%s %d MiB, but device %s has %d MiB for models. Use a smaller model or a larger device."
                .formatted(needs.subject(), mebibytes(needed), slot.name(), slot.capacity() >> 20));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
