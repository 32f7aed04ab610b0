package dev.kvasir.run;

import java.util.List;

/** An answer is none of those that are waited for; with every fault. */
public final class AnswerInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    AnswerInvalidException(List<Fault> faults) {
        super((faults.size() == 1 ? "1 problem: " : faults.size() + " problems: ")
                + String.join(" ", faults.stream().map(Fault::detail).toList()));
        this.faults = List.copyOf(faults);
    }

    /**
     * One fault of an answer.
     *
     * @param pointer JSON pointer into the answer
     */
    public record Fault(String pointer, String detail) {}

    public List<Fault> faults() {
        return faults;
    }
}
