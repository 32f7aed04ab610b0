package dev.kvasir.training;

import java.nio.file.Path;
import java.util.List;

/** A training recipe that cannot be run; the message lists every fault. */
public final class RecipeInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RecipeInvalidException(Path file, List<String> faults) {
        super("The recipe %s cannot be run: %s.".formatted(file, String.join("; ", faults)));
    }
}
