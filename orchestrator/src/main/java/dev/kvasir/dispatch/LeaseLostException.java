package dev.kvasir.dispatch;

/** What was to be written under a lease that others hold by now, or nobody: the work is dropped. */
public final class LeaseLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LeaseLostException(Lease lease) {
        super("The lease on " + lease.island() + " of epoch " + lease.epoch()
                + " is lost; the result is dropped, and the island runs elsewhere.");
    }
}
