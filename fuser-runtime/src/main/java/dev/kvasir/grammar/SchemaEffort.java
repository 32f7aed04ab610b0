package dev.kvasir.grammar;

/** What compiling some schemas together may cost, so that nobody's patterns keep a thread busy for long. For one thread. */
public final class SchemaEffort {

    /** Comparisons of a character range with a set; some 100 ms. */
    private long left = 2_000_000;

    void spend(long work) {
        left -= work;
        if (left < 0) {
            throw new PatternRefusedException("is too large, or the patterns together are; repeat less");
        }
    }
}
