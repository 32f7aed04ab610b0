package dev.kvasir.training;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a recipe.
 *
 * @param pointer JSON pointer to the key, such as {@code /shape/hidden}; empty for the recipe as a whole
 * @param rule a sentence without its stop, which names the key, what it may be and what it is
 * @param line of the recipe's text, from 1; null where the key is missing
 */
public record RecipeFault(
        String pointer, String rule, @Nullable Integer line) {

    /** The rule and, where there is one, the line. */
    String told() {
        return line == null ? rule : rule + " (line " + line + ")";
    }
}
