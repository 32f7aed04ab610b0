package dev.kvasir.device;

/** A device's memory ran out although the ledger had room. What was idle has been unloaded, so a retry may succeed. */
public final class DeviceExhaustedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeviceExhaustedException(String doing, PoolSnapshot before, int unloaded, PoolSnapshot after, Throwable cause) {
        super(
                ("Device %s ran out of memory while %s, with %d of %d MiB booked. Unloaded, since idle: %d; islands that may use the"
                                + " device at once for now: %d. Try again; if it happens again, give the machine more memory or use"
                                + " smaller models.")
                        .formatted(
                                before.slot().name(),
                                doing,
                                before.booked() >> 20,
                                before.slot().capacity() >> 20,
                                unloaded,
                                after.limit().orElse(before.parties())),
                cause);
    }
}
