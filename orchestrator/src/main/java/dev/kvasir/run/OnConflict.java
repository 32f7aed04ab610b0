package dev.kvasir.run;

/** What to do with a run while others of its graph and concurrency key are open. */
public enum OnConflict {
    /** It starts once they have ended, in the order of the requests. */
    QUEUE,
    /** It is refused. */
    REJECT,
    /** They are cancelled; it starts once they have stopped. */
    CANCEL_PREVIOUS,
    /** It starts beside them. */
    ALLOW
}
