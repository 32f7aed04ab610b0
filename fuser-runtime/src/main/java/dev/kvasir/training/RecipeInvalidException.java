package dev.kvasir.training;

import java.util.List;
import java.util.stream.Collectors;

/** A training recipe that cannot be run; the message lists every fault. */
public final class RecipeInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<RecipeFault> faults;

    RecipeInvalidException(String name, List<RecipeFault> faults) {
        super("The recipe %s cannot be run: %s."
                .formatted(name, faults.stream().map(RecipeFault::told).collect(Collectors.joining("; "))));
        this.faults = List.copyOf(faults);
    }

    public List<RecipeFault> faults() {
        return faults;
    }
}
