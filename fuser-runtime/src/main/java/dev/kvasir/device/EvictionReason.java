package dev.kvasir.device;

/** Why something was unloaded. */
public enum EvictionReason {
    /** Something else needed the room. */
    MADE_ROOM,
    /** The device's memory ran out, whatever the ledger said. */
    RAN_OUT,
    /** The pool was closed. */
    CLOSED
}
