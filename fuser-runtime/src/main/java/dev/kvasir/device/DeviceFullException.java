package dev.kvasir.device;

import java.time.Duration;

/** Something would fit on a device, but what others use did not become free in time. */
public final class DeviceFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeviceFullException(String name, long needed, long free, DeviceSlot slot, Duration waited) {
        super(
                ("'%s' needs %d MiB on device %s; %d MiB are free and nothing became idle within %d s. Try again, or let the"
                                + " worker run fewer islands at once.")
                        .formatted(name, needed >> 20, slot.name(), free >> 20, waited.toSeconds()));
    }
}
