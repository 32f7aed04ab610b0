package dev.kvasir.model.tokenizer;

import dev.kvasir.model.ModelInvalidException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads a tokenizer.json within bounds; what it says is checked later. */
final class TokenizerJsonReader {

    static final int MAX_TOKENS = 1_000_000;
    static final int MAX_ADDED = 100_000;
    private static final long MAX_BYTES = 96L * 1024 * 1024;
    private static final int MAX_MERGES = 2_000_000;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING = 100_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(10_000)
                            .maxNumberLength(100)
                            .maxStringLength(MAX_STRING)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectReader NODES = JSON.readerFor(JsonNode.class);

    private final String file;
    private final Map<String, JsonNode> parts = new HashMap<>();
    private final Map<String, JsonNode> settings = new HashMap<>();
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<Merge> merges = new ArrayList<>();
    private final List<AddedToken> added = new ArrayList<>();

    private TokenizerJsonReader(String file) {
        this.file = file;
    }

    /** What a tokenizer.json holds. */
    record Contents(
            Map<String, JsonNode> parts, Map<String, JsonNode> settings, BpeModel model, List<AddedToken> added) {}

    static Contents read(Path path) {
        TokenizerJsonReader reader = new TokenizerJsonReader(String.valueOf(path.getFileName()));
        try {
            if (!Files.isRegularFile(path)) {
                throw reader.invalid("file", "is missing or not a regular file");
            }
            if (Files.size(path) > MAX_BYTES) {
                throw reader.invalid("file", "has %,d bytes, the limit is %,d".formatted(Files.size(path), MAX_BYTES));
            }
            return reader.read(JSON.createParser(path.toFile()));
        } catch (JacksonException e) {
            throw new ModelInvalidException(reader.file, "file", "is not JSON that can be read: " + firstLine(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    private static String firstLine(JacksonException e) {
        String message =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        return message.length() > 200 ? message.substring(0, 200) + "..." : message;
    }

    ModelInvalidException invalid(String place, String rule) {
        return new ModelInvalidException(file, place, rule);
    }

    private Contents read(JsonParser parser) {
        try (parser) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "file");
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "model" -> model(parser, value);
                    case "added_tokens" -> added(parser, value);
                    default -> parts.put(name, NODES.readValue(parser));
                }
            }
            if (parser.nextToken() != null) {
                throw invalid("file", "goes on after the end of its object");
            }
        }
        return new Contents(parts, settings, bpe(), added);
    }

    private void expect(@Nullable JsonToken found, JsonToken wanted, String place) {
        if (found != wanted) {
            throw invalid(place, "must be %s".formatted(wanted == JsonToken.START_ARRAY ? "a list" : "an object"));
        }
    }

    private void model(JsonParser parser, JsonToken start) {
        expect(start, JsonToken.START_OBJECT, "model");
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                vocabulary(parser);
            } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
                merges(parser);
            } else {
                settings.put(name, small(parser, name));
            }
        }
    }

    /** A setting of the model; a long list (another kind of model's vocabulary) is passed over. */
    private JsonNode small(JsonParser parser, String name) {
        if (parser.currentToken().isStructStart() && (name.equals("vocab") || name.equals("merges"))) {
            parser.skipChildren();
            return JSON.nullNode();
        }
        return NODES.readValue(parser);
    }

    private void vocabulary(JsonParser parser) {
        for (String token = parser.nextName(); token != null; token = parser.nextName()) {
            if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw invalid("model.vocab", "the id of '%s' must be an integer".formatted(Names.shown(token)));
            }
            vocabulary.put(token, id(parser, "model.vocab"));
            if (vocabulary.size() > MAX_TOKENS) {
                throw invalid("model.vocab", "has more than %,d tokens".formatted(MAX_TOKENS));
            }
        }
    }

    private int id(JsonParser parser, String place) {
        long id = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw invalid(place, "the id %s is not between 0 and %d".formatted(parser.getString(), Integer.MAX_VALUE));
        }
        return (int) id;
    }

    private void merges(JsonParser parser) {
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            merges.add(item == JsonToken.START_ARRAY ? pair(parser) : spaced(parser, item));
            if (merges.size() > MAX_MERGES) {
                throw invalid("model.merges", "has more than %,d merges".formatted(MAX_MERGES));
            }
        }
    }

    private Merge pair(JsonParser parser) {
        String left = string(parser, parser.nextToken());
        String right = string(parser, parser.nextToken());
        if (parser.nextToken() != JsonToken.END_ARRAY) {
            throw invalid("model.merges", "number %d must be two strings".formatted(merges.size()));
        }
        return new Merge(left, right);
    }

    private Merge spaced(JsonParser parser, JsonToken item) {
        String merge = string(parser, item);
        return Names.merge(merge)
                .orElseThrow(() -> invalid(
                        "model.merges", "number %d must be two tokens with a space between".formatted(merges.size())));
    }

    private String string(JsonParser parser, @Nullable JsonToken token) {
        if (token != JsonToken.VALUE_STRING) {
            throw invalid("model.merges", "number %d must be made of strings".formatted(merges.size()));
        }
        return parser.getString();
    }

    private void added(JsonParser parser, JsonToken start) {
        if (start == JsonToken.VALUE_NULL) {
            return;
        }
        expect(start, JsonToken.START_ARRAY, "added_tokens");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode token = NODES.readValue(parser);
            added.add(added(token));
            if (added.size() > MAX_ADDED) {
                throw invalid("added_tokens", "has more than %,d tokens".formatted(MAX_ADDED));
            }
        }
    }

    private AddedToken added(JsonNode token) {
        String place = "added_tokens[%d]".formatted(added.size());
        JsonNode id = token.path("id");
        JsonNode content = token.path("content");
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
            throw invalid(place, "the id must be an integer from 0 to %d".formatted(Integer.MAX_VALUE));
        }
        if (!content.isString() || content.asString().isEmpty()) {
            throw invalid(place, "the content must be a string that is not empty");
        }
        return new AddedToken(
                id.asInt(),
                content.asString(),
                flag(token, "single_word"),
                flag(token, "lstrip"),
                flag(token, "rstrip"),
                flag(token, "normalized"),
                flag(token, "special"));
    }

    private static boolean flag(JsonNode node, String name) {
        return node.path(name).asBoolean(false);
    }

    private BpeModel bpe() {
        JsonNode type = settings.get("type");
        if (type == null || !type.asString("").equals("BPE")) {
            throw invalid(
                    "model.type", "%s is not supported; only BPE is".formatted(type == null ? "a missing type" : type));
        }
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!text(affix).isEmpty()) {
                throw invalid("model." + affix, "is not supported; it must be empty");
            }
        }
        JsonNode dropout = settings.get("dropout");
        if (dropout != null && !dropout.isNull() && dropout.asDouble(1) != 0) {
            throw invalid("model.dropout", "is not supported: the same text must always give the same tokens");
        }
        String unknown = text("unk_token");
        return new BpeModel(
                vocabulary,
                merges,
                unknown.isEmpty() ? null : unknown,
                setting("fuse_unk"),
                setting("byte_fallback"),
                setting("ignore_merges"));
    }

    private String text(String name) {
        JsonNode value = settings.get(name);
        return value == null ? "" : value.asString("");
    }

    private boolean setting(String name) {
        JsonNode value = settings.get(name);
        return value != null && value.asBoolean(false);
    }
}
