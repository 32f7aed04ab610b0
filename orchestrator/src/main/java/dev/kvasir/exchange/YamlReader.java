package dev.kvasir.exchange;

import dev.kvasir.exchange.TextRefusedException.Fault;
import dev.kvasir.graph.GraphDocument;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
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
 * Reads YAML as JSON: mappings, lists, and scalars that mean what JSON has; every other plain word is text. Tags, keys given twice
 * and what is no JSON number are refused with line and column. Aliases are copied, within {@value #MAX_COPIED} characters in all.
 */
final class YamlReader {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_DIGITS = 100;
    private static final int MAX_COPIED = GraphDocument.MAX_BYTES;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ScalarResolver SCALARS = new JsonSchema().getScalarResolver();

    private final Iterator<Event> events;
    private final Map<Anchor, JsonNode> anchored = new HashMap<>();
    private long copied;

    private YamlReader(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(GraphDocument.MAX_BYTES)
                .setUseMarks(true)
                .setBufferSize(
                        text.length() + 1) // at once: the engine fails over a pair of surrogates between two buffers
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * Reads the documents of a text.
     *
     * @throws TextRefusedException naming the first fault, its line and its column
     */
    static List<JsonNode> read(String text) {
        if (text.length() > GraphDocument.MAX_BYTES
                || text.getBytes(StandardCharsets.UTF_8).length > GraphDocument.MAX_BYTES) {
            throw new TextRefusedException(
                    Fault.TOO_LARGE,
                    "",
                    "The text has more than " + GraphDocument.MAX_BYTES + " bytes, which is the limit.");
        }
        try {
            return new YamlReader(text).documents();
        } catch (MarkedYamlEngineException fault) {
            String place = fault.getProblemMark()
                    .map(mark -> place(mark.getLine(), mark.getColumn()))
                    .orElse("");
            throw malformed("", place + "This is not YAML: " + fault.getProblem() + ".");
        } catch (ReaderException fault) {
            throw malformed(
                    "",
                    place(text, fault.getPosition()) + "A character is not allowed in YAML: U+"
                            + String.format("%04X", fault.getCodePoint())
                            + ". Write it as an escape, within double quotes.");
        } catch (YamlEngineException fault) {
            throw malformed("", "This is not YAML: " + fault.getMessage());
        } catch (NumberFormatException fault) { // the engine's own, over an escape such as \x that the text ends in
            throw malformed("", "This is not YAML: an escape within double quotes is not complete.");
        }
    }

    private List<JsonNode> documents() {
        List<JsonNode> documents = new ArrayList<>();
        while (events.hasNext()) {
            if (events.next() instanceof DocumentStartEvent) {
                anchored.clear();
                documents.add(value(events.next(), JsonPointer.empty(), 1));
            }
        }
        return documents;
    }

    private JsonNode value(Event event, JsonPointer at, int depth) {
        requireUntagged(event, at);
        requireDepth(event, at, depth);
        JsonNode value = switch (event) {
            case MappingStartEvent start -> mapping(at, depth);
            case SequenceStartEvent start -> sequence(at, depth);
            case ScalarEvent scalar -> scalar(scalar, at);
            case AliasEvent alias -> copy(alias, at, depth);
            default -> throw refused(event, at, "A value is missing.");
        };
        if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
            node.getAnchor().ifPresent(anchor -> anchored.put(anchor, value));
        }
        return value;
    }

    private static void requireUntagged(Event event, JsonPointer at) {
        boolean isTagged = switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
        if (isTagged) {
            throw refused(event, at, "A value has a tag (!). Leave it out.");
        }
    }

    private static void requireDepth(Event event, JsonPointer at, int depth) {
        if (depth > MAX_DEPTH + 1 || (depth > MAX_DEPTH && event instanceof CollectionStartEvent)) {
            throw refused(event, at, "The YAML is nested deeper than " + MAX_DEPTH + " levels.");
        }
    }

    private ObjectNode mapping(JsonPointer at, int depth) {
        ObjectNode mapping = NODES.objectNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            requireUntagged(event, at);
            if (!(event instanceof ScalarEvent key)) {
                throw refused(event, at, "A key is not a word.");
            }
            JsonPointer place = at.appendProperty(key.getValue());
            if (mapping.has(key.getValue())) {
                throw refused(event, place, "Field '" + shortened(key.getValue()) + "' is given twice. Keep one.");
            }
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

    private JsonNode copy(AliasEvent alias, JsonPointer at, int depth) {
        JsonNode target = anchored.get(alias.getAlias());
        if (target == null) {
            throw refused(
                    alias, at, "Alias *" + alias.getAlias().getValue() + " names nothing that is complete before it.");
        }
        copied += size(target);
        if (copied > MAX_COPIED) {
            throw refused(alias, at, "Aliases copy more than " + MAX_COPIED + " characters, which is the limit.");
        }
        if (depth - 1 + height(target) > MAX_DEPTH) {
            throw refused(alias, at, "The YAML is nested deeper than " + MAX_DEPTH + " levels.");
        }
        return target.deepCopy();
    }

    private static long size(JsonNode value) {
        long size = 1;
        for (var property : value.properties()) {
            size += property.getKey().length() + size(property.getValue());
        }
        if (value.isArray()) {
            for (JsonNode element : value) {
                size += size(element);
            }
        }
        return value.isString() ? size + value.stringValue().length() : size;
    }

    private static int height(JsonNode value) {
        return value.isContainer()
                ? 1 + value.valueStream().mapToInt(YamlReader::height).max().orElse(0)
                : 0;
    }

    private static JsonNode scalar(ScalarEvent scalar, JsonPointer at) {
        String text = scalar.getValue();
        Tag tag = scalar.isPlain() ? SCALARS.resolve(text, true) : Tag.STR;
        if (tag.equals(Tag.NULL)) {
            return NODES.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return NODES.booleanNode(Boolean.parseBoolean(text));
        }
        return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? number(scalar, text, at) : NODES.stringNode(text);
    }

    private static JsonNode number(ScalarEvent scalar, String text, JsonPointer at) {
        if (text.length() > MAX_DIGITS) {
            throw refused(scalar, at, "A number has more than " + MAX_DIGITS + " digits.");
        }
        try {
            boolean isWhole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
            return isWhole ? NODES.numberNode(new BigInteger(text)) : NODES.numberNode(new BigDecimal(text));
        } catch (NumberFormatException noJsonNumber) {
            throw refused(scalar, at, "'" + text + "' is not a number that JSON has.");
        }
    }

    private static TextRefusedException refused(Event event, JsonPointer at, String sentence) {
        String place = event.getStartMark()
                .map(mark -> place(mark.getLine(), mark.getColumn()))
                .orElse("");
        return malformed(at.toString(), place + sentence);
    }

    private static TextRefusedException malformed(String pointer, String message) {
        return new TextRefusedException(Fault.MALFORMED, pointer, message);
    }

    private static String place(int line, int column) {
        return "Line " + (line + 1) + ", column " + (column + 1) + ": ";
    }

    private static String place(String text, int position) {
        int end = text.offsetByCodePoints(0, Math.min(position, text.codePointCount(0, text.length())));
        String before = text.substring(0, end);
        return place(
                (int) before.lines().count() - (before.isEmpty() || before.endsWith("\n") ? 0 : 1),
                before.length() - before.lastIndexOf('\n') - 1);
    }

    private static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }
}
