package dev.kvasir.dispatch;

/** Why work stops before its own end. */
public enum StopReason {
    /** Others hold the lease, or may soon. */
    LEASE_LOST,
    /** The lease could not be renewed for so long that others may soon hold it. */
    LEASE_UNRENEWED,
    /** The run was cancelled, has failed elsewhere or is out of time. */
    RUN_STOPPED,
    /** It has not moved for too long. */
    HUNG,
    /** It took longer than a step may. */
    TIMEOUT,
    /** The process is stopping. */
    DRAINING
}
