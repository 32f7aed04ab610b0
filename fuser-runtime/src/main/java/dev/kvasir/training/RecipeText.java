package dev.kvasir.training;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A recipe as a tree of values, whether it was written in YAML or in JSON, with the line of each key. Keys that are given twice are
 * noted as faults; what is no YAML or JSON at all is refused at once.
 */
final class RecipeText {

    /** Recipes are a page long; what is longer is something else. */
    static final int MAX_BYTES = 64 * 1024;

    /** Deeper than any recipe. */
    static final int MAX_DEPTH = 8;

    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final List<RecipeFault> faults = new ArrayList<>();
    private JsonNode root = JsonNodeFactory.instance.missingNode();

    /** Reads a file: YAML if its name ends in {@code .yaml} or {@code .yml}, else JSON. */
    static RecipeText read(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String text = text(file);
        return name.endsWith(".yaml") || name.endsWith(".yml")
                ? YamlRecipe.parse(text, file.toString())
                : JsonRecipe.parse(text, file.toString());
    }

    private static String text(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw TrainingFileMissingException.recipe(file);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw refusal(file.toString(), "it is larger than " + MAX_BYTES + " bytes", null);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException fault) {
            throw refusal(file.toString(), "it is not UTF-8", null);
        } catch (IOException fault) {
            throw TrainingFileMissingException.recipe(file);
        }
    }

    static RecipeInvalidException refusal(String name, String rule, @Nullable Integer line) {
        return new RecipeInvalidException(name, List.of(new RecipeFault("", rule, line)));
    }

    /** Notes where a key stands; a key that was there before is a fault. */
    void key(String pointer, int line) {
        Integer before = lines.putIfAbsent(pointer, line);
        if (before != null) {
            faults.add(new RecipeFault(
                    pointer, "'%s' is given twice, first in line %d".formatted(dotted(pointer), before), line));
        }
    }

    void root(JsonNode node) {
        root = node;
    }

    JsonNode root() {
        return root;
    }

    @Nullable
    Integer line(String pointer) {
        return lines.get(pointer);
    }

    List<RecipeFault> faults() {
        return faults;
    }

    /** A key as people write it, such as {@code shape.hidden}. */
    static String dotted(String pointer) {
        return pointer.substring(1).replace('/', '.');
    }
}
