package dev.kvasir.graph;

import java.util.Set;

/**
 * A node's id as its graph names it. Templates and conditions use the same name.
 *
 * @param value as sent; rule G14 says which are allowed
 */
public record NodeId(String value) {

    /** What templates and conditions mean something else by: their own first names, and the words that CEL keeps. */
    private static final Set<String> TAKEN = Set.of(
            "input",
            "run",
            "loop",
            "this",
            "in",
            "true",
            "false",
            "null",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "namespace",
            "package",
            "return",
            "var",
            "void",
            "while");

    /** Whether nodes and edges may be called so: {@code [a-z][a-z0-9_]{0,63}}. */
    public static boolean isAllowed(String value) {
        if (value.isEmpty() || value.length() > 64 || !isLetter(value.charAt(0))) {
            return false;
        }
        return value.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '_');
    }

    /** Whether nothing that a node of this name leaves behind could be named. */
    boolean isTaken() {
        return TAKEN.contains(value);
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    @Override
    public String toString() {
        return value;
    }
}
