package dev.kvasir.training;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.JsonSchema;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a recipe's YAML: one document of plain mappings, lists and scalars, which mean what they mean in JSON. Anchors, aliases and
 * tags are refused as they come, so nothing is expanded and nothing is made by name.
 */
final class YamlRecipe {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ScalarResolver SCALARS = new JsonSchema().getScalarResolver();

    private final RecipeText recipe = new RecipeText();
    private final String name;
    private final Iterator<Event> events;

    private YamlRecipe(String text, String name) {
        this.name = name;
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(RecipeText.MAX_BYTES)
                .setUseMarks(true)
                .setBufferSize(
                        text.length() + 1) // at once: the engine fails over a pair of surrogates between two buffers
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    static RecipeText parse(String text, String name) {
        try {
            YamlRecipe reader = new YamlRecipe(text, name);
            reader.document();
            return reader.recipe;
        } catch (MarkedYamlEngineException fault) {
            Integer line = fault.getProblemMark().map(YamlRecipe::line).orElse(null);
            throw RecipeText.refusal(name, "it is not YAML: " + fault.getProblem(), line);
        } catch (YamlEngineException fault) {
            throw RecipeText.refusal(name, "it is not YAML: " + fault.getMessage(), null);
        } catch (NumberFormatException fault) { // the engine's own, over an escape such as \x that the text ends in
            throw RecipeText.refusal(name, "it is not YAML: an escape within double quotes is not complete", null);
        }
    }

    private void document() {
        boolean read = false;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent) {
                if (read) {
                    throw refusal(event, "it holds a second document");
                }
                recipe.root(value(events.next(), JsonPointer.empty(), 1));
                read = true;
            }
        }
    }

    private JsonNode value(Event event, JsonPointer at, int depth) {
        requirePlain(event);
        if (depth > RecipeText.MAX_DEPTH) {
            throw refusal(event, "it is nested more than %d deep".formatted(RecipeText.MAX_DEPTH));
        }
        return switch (event) {
            case MappingStartEvent start -> mapping(at, depth);
            case SequenceStartEvent start -> sequence(at, depth);
            case ScalarEvent scalar -> scalar(scalar);
            default -> throw refusal(event, "a value is missing");
        };
    }

    private void requirePlain(Event event) {
        if (event instanceof AliasEvent) {
            throw refusal(event, "it has an alias (*); write the value again");
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw refusal(event, "it has an anchor (&); leave it out");
        }
        boolean tagged = switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
        if (tagged) {
            throw refusal(event, "it has a tag (!); leave it out");
        }
    }

    private ObjectNode mapping(JsonPointer at, int depth) {
        ObjectNode mapping = NODES.objectNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            requirePlain(event);
            if (!(event instanceof ScalarEvent key)) {
                throw refusal(event, "a key is not a plain word");
            }
            JsonPointer place = at.appendProperty(key.getValue());
            recipe.key(place.toString(), line(event));
            mapping.set(key.getValue(), value(events.next(), place, depth + 1));
        }
        return mapping;
    }

    private ArrayNode sequence(JsonPointer at, int depth) {
        ArrayNode sequence = NODES.arrayNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            sequence.add(value(event, at.appendIndex(sequence.size()), depth + 1));
        }
        return sequence;
    }

    private JsonNode scalar(ScalarEvent scalar) {
        String text = scalar.getValue();
        if (!scalar.isPlain()) {
            return NODES.stringNode(text);
        }
        Tag tag = SCALARS.resolve(text, true);
        if (tag.equals(Tag.NULL)) {
            return NODES.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return NODES.booleanNode(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT)) {
            return whole(new BigInteger(text));
        }
        if (tag.equals(Tag.FLOAT)) {
            return number(scalar, text);
        }
        return NODES.stringNode(text);
    }

    private static JsonNode whole(BigInteger value) {
        return value.bitLength() < Integer.SIZE ? NODES.numberNode(value.intValue()) : NODES.numberNode(value);
    }

    private JsonNode number(ScalarEvent scalar, String text) {
        try {
            return NODES.numberNode(new BigDecimal(text).doubleValue());
        } catch (NumberFormatException infinite) {
            throw refusal(scalar, "%s is no number that a recipe may hold".formatted(text));
        }
    }

    private RecipeInvalidException refusal(Event event, String rule) {
        return RecipeText.refusal(name, rule, line(event));
    }

    private static Integer line(Event event) {
        return event.getStartMark().map(YamlRecipe::line).orElse(1);
    }

    private static Integer line(Mark mark) {
        return mark.getLine() + 1;
    }
}
