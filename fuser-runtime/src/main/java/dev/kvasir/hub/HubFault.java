package dev.kvasir.hub;

/** Why nothing was pulled. */
public enum HubFault {
    /** The reference or a setting cannot be understood. */
    WRONG_USAGE,
    /** No connection, or the hub failed or asked to wait until patience ended; trying again may help. */
    NOT_REACHABLE,
    /** The hub knows no such model, revision or file. */
    NOT_FOUND,
    /** The hub wants a token or an agreement, or what it sent breaks a rule of ours. */
    REFUSED
}
