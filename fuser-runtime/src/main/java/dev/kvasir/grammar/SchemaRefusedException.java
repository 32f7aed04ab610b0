package dev.kvasir.grammar;

import java.util.List;
import java.util.stream.Collectors;

/** A schema that cannot be forced on a reply; it tells every fault. */
public final class SchemaRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<SchemaFault> faults;

    SchemaRefusedException(List<SchemaFault> faults) {
        super(faults.stream()
                .map(fault -> (fault.pointer().isEmpty() ? "The schema: " : "The schema at " + fault.pointer() + ": ")
                        + fault.detail())
                .collect(Collectors.joining(" ")));
        this.faults = List.copyOf(faults);
    }

    /** All of them, at least one. */
    public List<SchemaFault> faults() {
        return faults;
    }
}
