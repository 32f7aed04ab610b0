package dev.kvasir.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run that cannot be started as asked; all faults together. */
public final class RunRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient List<Fault> faults;

    /** What is at fault. */
    public enum Kind {
        GRAPH_NOT_FOUND,
        VERSION_NOT_FOUND,
        WEBHOOK_NOT_FOUND,
        GRAPH_INVALID,
        C2C_INCOMPATIBLE,
        INPUT_INVALID,
        OPTION_OUT_OF_RANGE
    }

    /**
     * One fault.
     *
     * @param rule the graph rule that is broken; absent for others
     * @param pointer JSON pointer into the request
     */
    public record Fault(
            @Nullable String rule,
            String pointer,
            @Nullable String nodeId,
            @Nullable String edgeId,
            String detail,
            @Nullable String hint) {}

    /** All faults in one sentence after another, their number first. */
    static String summary(List<Fault> faults) {
        String count = faults.size() == 1 ? "1 problem: " : faults.size() + " problems: ";
        return count + String.join(" ", faults.stream().map(Fault::detail).toList());
    }

    RunRefusedException(Kind kind, String message, List<Fault> faults) {
        super(message);
        this.kind = kind;
        this.faults = List.copyOf(faults);
    }

    public Kind kind() {
        return kind;
    }

    public List<Fault> faults() {
        return faults;
    }
}
