package dev.kvasir.device;

import java.time.Duration;

/** Something would fit on a device, but not beside what others hold, and they did not let go in time. */
public final class DeviceFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private DeviceFullException(String message) {
        super(message);
    }

    static DeviceFullException after(Duration waited, Needs needs, long needed, DeviceSlot slot, Ledger ledger) {
        return new DeviceFullException(
                ("%s %d MiB on device %s; %d MiB are free and nothing became idle within %d s. Held: %s. Try again, or let"
                                + " the worker run fewer islands at once.")
                        .formatted(
                                needs.subject(),
                                mebibytes(needed),
                                slot.name(),
                                ledger.free() >> 20,
                                waited.toSeconds(),
                                ledger.holders()));
    }

    static DeviceFullException besidePinned(Needs needs, long needed, DeviceSlot slot, Ledger ledger) {
        return new DeviceFullException(
                ("%s %d MiB on device %s, which has %d MiB for models, and what is pinned there leaves too little. Held: %s."
                                + " Unpin a model, or use a smaller one.")
                        .formatted(
                                needs.subject(),
                                mebibytes(needed),
                                slot.name(),
                                slot.capacity() >> 20,
                                ledger.holders()));
    }

    static DeviceFullException inVain(Needs needs, long needed, DeviceSlot slot, Ledger ledger) {
        return new DeviceFullException(
                ("%s %d MiB on device %s; %d MiB are free, and all who hold the rest wait for more themselves. Held: %s."
                                + " Try again, or let the worker run fewer islands at once.")
                        .formatted(
                                needs.subject(),
                                mebibytes(needed),
                                slot.name(),
                                ledger.free() >> 20,
                                ledger.holders()));
    }

    static DeviceFullException outgrown(Residence residence, long actual, DeviceSlot slot, Ledger ledger) {
        return new DeviceFullException(
                "'%s' took %d MiB on device %s where %d were expected, and %d MiB more are not free. Held: %s. Try again."
                        .formatted(
                                residence.name(),
                                mebibytes(actual),
                                slot.name(),
                                residence.bytes() >> 20,
                                mebibytes(actual - residence.bytes()),
                                ledger.holders()));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
