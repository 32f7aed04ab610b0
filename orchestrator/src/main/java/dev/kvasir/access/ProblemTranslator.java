package dev.kvasir.access;

import java.util.Optional;

/** A room's words for its own exceptions, as problems. */
@FunctionalInterface
public interface ProblemTranslator {

    /** The problem that an exception of this room stands for; empty for all others. */
    Optional<ProblemException> translate(Throwable fault);
}
