package dev.kvasir.run;

import dev.kvasir.run.RunRefusedException.Fault;
import java.util.List;

/** A run cannot go on from an earlier one as it was asked; with every fault. */
public final class RerunRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient List<Fault> faults;

    RerunRefusedException(Kind kind, String message, List<Fault> faults) {
        super(message);
        this.kind = kind;
        this.faults = List.copyOf(faults);
    }

    /** What is in the way. */
    public enum Kind {
        NOT_FINISHED,
        /** It has succeeded, so that there is nothing to try again. */
        SUCCEEDED,
        CACHE_EXPIRED,
        INVALID
    }

    public Kind kind() {
        return kind;
    }

    public List<Fault> faults() {
        return faults;
    }
}
