package dev.kvasir.grammar;

/** A regular expression that cannot be turned into an automaton. The message is the end of a sentence that names it. */
final class PatternRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PatternRefusedException(String message) {
        super(message);
    }
}
