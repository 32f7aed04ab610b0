package dev.kvasir.graph;

import dev.kvasir.graph.MalformedJsonException.Fault;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads JSON within limits, and refuses what two readers could understand differently: a key given twice, an unpaired
 * surrogate, U+0000, {@code NaN}, text after the value. Numbers keep every digit.
 */
public final class StrictJson {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING = 1_000_000;
    private static final int MAX_DIGITS = 100;
    private static final int MAX_EXPONENT = 9_999;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .maxNameLength(MAX_STRING)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .build())
            .build();

    private final JsonParser parser;

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads one value.
     *
     * @param maxBytes most bytes of the text in UTF-8
     * @throws MalformedJsonException naming the first fault and its place
     */
    public static JsonNode read(String text, int maxBytes) {
        int bytes = text.length() > maxBytes ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new MalformedJsonException(
                    Fault.TOO_LARGE, "", "The text has more than " + maxBytes + " bytes, which is the limit.");
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            return new StrictJson(parser).document();
        } catch (StreamConstraintsException e) {
            throw malformed("", overLimit(e));
        } catch (JacksonException e) {
            throw malformed("", "Not JSON: " + e.getOriginalMessage() + place(e));
        }
    }

    /** A mapper with the same limits, for reading trees into records. */
    static JsonMapper mapper() {
        return MAPPER;
    }

    private JsonNode document() {
        if (parser.nextToken() == null) {
            throw malformed("", "The text is empty; a JSON value was expected.");
        }
        JsonNode value = value("");
        if (parser.nextToken() != null) {
            throw malformed("", "There is more after the JSON value. Send one value only.");
        }
        return value;
    }

    private JsonNode value(String pointer) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(pointer);
            case START_ARRAY -> array(pointer);
            case VALUE_STRING -> NODES.stringNode(clean(parser.getString(), pointer));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(pointer);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw malformed(pointer, "Not JSON: a value was expected.");
        };
    }

    private ObjectNode object(String pointer) {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = clean(parser.currentName(), pointer);
            if (object.has(name)) {
                throw malformed(
                        Pointers.child(pointer, name), "Field '" + shortened(name) + "' is given twice. Keep one.");
            }
            parser.nextToken();
            object.set(name, value(Pointers.child(pointer, name)));
        }
        return object;
    }

    private ArrayNode array(String pointer) {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(Pointers.child(pointer, array.size())));
        }
        return array;
    }

    private JsonNode number(String pointer) {
        String digits = parser.getString();
        int exponent = Math.max(digits.indexOf('e'), digits.indexOf('E'));
        if (exponent > 0 && isBeyond(digits.substring(exponent + 1))) {
            throw malformed(pointer, "Number " + digits + " has an exponent beyond " + MAX_EXPONENT + ".");
        }
        return exponent < 0 && digits.indexOf('.') < 0
                ? NODES.numberNode(parser.getBigIntegerValue())
                : NODES.numberNode(new BigDecimal(digits));
    }

    private static boolean isBeyond(String exponent) {
        String digits = exponent.replaceFirst("^[+-]?0*", "");
        return digits.length() > 4;
    }

    private static String clean(String text, String pointer) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw malformed(pointer, "A string holds the character U+0000. Remove it.");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw malformed(pointer, "A string holds half of a surrogate pair. Send whole characters.");
            }
        }
        return text;
    }

    private static String overLimit(StreamConstraintsException e) {
        String message = e.getOriginalMessage();
        if (message.contains("nesting depth")) {
            return "The JSON is nested deeper than " + MAX_DEPTH + " levels.";
        }
        if (message.contains("Number value length")) {
            return "A number has more than " + MAX_DIGITS + " digits" + place(e) + ".";
        }
        return "A string is longer than " + MAX_STRING + " characters" + place(e) + ".";
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }

    private static MalformedJsonException malformed(String pointer, String message) {
        return new MalformedJsonException(Fault.MALFORMED, pointer, message);
    }
}
