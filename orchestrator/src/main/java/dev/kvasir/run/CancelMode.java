package dev.kvasir.run;

/** How a run is cancelled. Either way no step starts any more. */
public enum CancelMode {
    /** Steps that run may finish. */
    GRACEFUL,
    /** Steps that run stop at their next token. */
    NOW
}
