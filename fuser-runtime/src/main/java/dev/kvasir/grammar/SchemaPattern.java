package dev.kvasir.grammar;

/** A schema's pattern, looked for in time linear in the text. */
public final class SchemaPattern {

    private final CharDfa automaton;

    private SchemaPattern(CharDfa automaton) {
        this.automaton = automaton;
    }

    /**
     * A pattern of a schema that {@link JsonGrammar#of} has accepted.
     *
     * @throws IllegalArgumentException if it would not have been
     */
    public static SchemaPattern of(String pattern) {
        try {
            return new SchemaPattern(Nfa.certain(PatternParser.parse(pattern), CharSet.ALL, new SchemaEffort()));
        } catch (PatternRefusedException refused) {
            throw new IllegalArgumentException("Pattern '" + pattern + "' " + refused.getMessage() + ".", refused);
        }
    }

    public boolean isIn(String text) {
        return automaton.accepts(text);
    }
}
