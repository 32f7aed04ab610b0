package dev.kvasir.access;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Looks at a body before anything binds it: charset, then syntax, then the values that no field may hold. */
final class JsonGate {

    /** What to do about {@code null}. */
    enum Nulls {
        REFUSED,
        /** Graphs hold JSON Schemas, where null is a value, and other APIs have their own rules; those judge the rest. */
        LEFT_TO_RULES
    }

    private static final JsonFactory FACTORY = StrictJson.factory();

    private JsonGate() {}

    /**
     * Reads the whole body once.
     *
     * @throws ProblemException {@code malformed-json} with a pointer to the place
     */
    static void check(byte[] body, Nulls nulls) {
        String text = decode(body);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                throw malformed("", "The body is empty. Send one JSON value.");
            }
            checkValue(parser, nulls);
            if (parser.nextToken() != null) {
                throw malformed("", "Something follows the JSON value. Send one value.");
            }
        } catch (StreamConstraintsException tooMuch) {
            throw malformed("", "The body passes a limit: " + tooMuch.getOriginalMessage());
        } catch (JacksonException fault) {
            throw malformed(
                    "",
                    "Line %d, column %d: %s"
                            .formatted(
                                    fault.getLocation().getLineNr(),
                                    fault.getLocation().getColumnNr(),
                                    firstSentence(fault)));
        }
    }

    private static void checkValue(JsonParser parser, Nulls nulls) {
        int open = 0;
        do {
            check(parser, nulls);
            if (parser.currentToken().isStructStart()) {
                open++;
            }
            if (parser.currentToken().isStructEnd()) {
                open--;
            }
        } while (open > 0 && parser.nextToken() != null);
    }

    private static void check(JsonParser parser, Nulls nulls) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME) {
            checkText(parser.getString(), pointer(parser));
        }
        if (token == JsonToken.VALUE_NULL && nulls == Nulls.REFUSED) {
            throw malformed(pointer(parser), "null is not a value here. Leave the field out.");
        }
    }

    private static void checkText(String text, String pointer) {
        text.codePoints().forEach(point -> {
            if (point == 0) {
                throw malformed(pointer, "A text holds U+0000, which cannot be stored. Remove it.");
            }
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw malformed(
                        pointer,
                        "A text holds half a surrogate pair (U+%04X). Send whole characters.".formatted(point));
            }
        });
    }

    /**
     * The body as text.
     *
     * @throws ProblemException if it is not UTF-8
     */
    static String decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformed("", "The body is not UTF-8.");
        }
    }

    private static String pointer(JsonParser parser) {
        return parser.streamReadContext().pathAsPointer().toString();
    }

    private static String firstSentence(JacksonException fault) {
        String message = fault.getOriginalMessage();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static ProblemException malformed(String pointer, String detail) {
        String where = pointer.isEmpty() ? detail : "At " + pointer + ": " + detail;
        return new ProblemException(ProblemType.MALFORMED_JSON, where, List.of(ProblemFault.at(pointer, detail)));
    }
}
