package dev.kvasir.run;

import dev.kvasir.run.RunRefusedException.Fault;
import java.util.List;

/** An answer is none of those that are waited for; with every fault, its pointer into the answer. */
public final class AnswerInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    AnswerInvalidException(List<Fault> faults) {
        super(RunRefusedException.summary(faults));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
