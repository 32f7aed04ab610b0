package dev.kvasir.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON that a model wrote, within limits and strictly: no name twice, nothing behind the value, whole characters. */
final class ReplyJson {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(1_000_000)
                            .maxNameLength(1_000_000)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private ReplyJson() {}

    /** A text that is not JSON, or not as strict as it must be. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    static JsonNode read(String text) throws MalformedException {
        JsonNode value;
        try {
            value = MAPPER.readTree(text);
        } catch (JacksonException malformed) {
            throw new MalformedException(shortened(String.valueOf(malformed.getOriginalMessage())) + ".");
        }
        if (value.isMissingNode()) {
            throw new MalformedException("it is empty.");
        }
        Deque<JsonNode> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            JsonNode next = open.remove();
            boolean isWhole = next.isString()
                    ? isWhole(next.stringValue())
                    : next.propertyNames().stream().allMatch(ReplyJson::isWhole);
            if (!isWhole) {
                throw new MalformedException("a string holds U+0000 or half of a surrogate pair.");
            }
            next.values().forEach(open::add);
        }
        return value;
    }

    private static boolean isWhole(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    /** What follows a parser's first line is its own settings. */
    private static String shortened(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() <= 120 ? line : line.substring(0, 120) + "…";
    }
}
