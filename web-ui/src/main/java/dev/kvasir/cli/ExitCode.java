package dev.kvasir.cli;

/** How a command ended, as its caller reads it. */
public enum ExitCode {
    DONE(0),
    /** It ran, and the answer is no: a run failed, a check found something. */
    NO(1),
    WRONG_USAGE(2),
    /** Server, worker or database. */
    NOT_REACHABLE(3),
    NOT_FOUND(4),
    /** Validation, a conflict, missing rights. */
    REFUSED(5),
    TIMED_OUT(6),
    OUR_FAULT(70),
    INTERRUPTED(130),
    TERMINATED(143);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
