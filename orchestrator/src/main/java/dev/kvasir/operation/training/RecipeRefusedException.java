package dev.kvasir.operation.training;

import dev.kvasir.training.RecipeFault;
import java.util.List;
import java.util.stream.Collectors;

/** A recipe that nothing can be trained by here; the message lists every fault. */
public final class RecipeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<RecipeFault> faults;

    RecipeRefusedException(List<RecipeFault> faults) {
        super("The recipe cannot be run: %s."
                .formatted(faults.stream().map(RecipeFault::rule).collect(Collectors.joining("; "))));
        this.faults = List.copyOf(faults);
    }

    /** The faults as sentences. */
    public List<String> sentences() {
        return faults.stream().map(fault -> fault.rule() + ".").toList();
    }

    /** Each with a pointer into the recipe. */
    public List<RecipeFault> faults() {
        return faults;
    }
}
