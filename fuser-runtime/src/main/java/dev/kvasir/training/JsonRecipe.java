package dev.kvasir.training;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads a recipe's JSON. */
final class JsonRecipe {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(RecipeText.MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonRecipe() {}

    static RecipeText parse(String text, String name) {
        RecipeText recipe = new RecipeText();
        try {
            recipe.root(JSON.readTree(text));
            noteLines(recipe, text);
            return recipe;
        } catch (JacksonException fault) {
            Integer line =
                    fault.getLocation() == null ? null : fault.getLocation().getLineNr();
            throw RecipeText.refusal(name, "it is not JSON: " + fault.getOriginalMessage(), line);
        }
    }

    private static void noteLines(RecipeText recipe, String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    recipe.key(
                            parser.streamReadContext().pathAsPointer().toString(),
                            parser.currentTokenLocation().getLineNr());
                }
            }
        }
    }
}
