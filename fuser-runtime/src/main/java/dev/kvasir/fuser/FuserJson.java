package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object of a fuser's folder; whatever it lacks is told with file and key. */
record FuserJson(String file, JsonNode node) {

    private static final long MAX_BYTES = 16L << 20;

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    static FuserJson read(Path folder, String file) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new FuserInvalidException(
                    Fault.MISSING_FILE, file, "(whole file)", "is not there; a fuser's folder needs it");
        }
        try {
            long bytes = Files.size(path);
            if (bytes > MAX_BYTES) {
                throw new FuserInvalidException(
                        Fault.BAD_CONFIG, file, "(whole file)", bytes + " bytes; at most " + MAX_BYTES + " are read");
            }
            FuserJson json = new FuserJson(file, MAPPER.readTree(Files.readAllBytes(path)));
            if (!json.node.isObject()) {
                throw json.bad("(top)", "is not a JSON object");
            }
            return json;
        } catch (JacksonException | IOException fault) {
            throw new FuserInvalidException(Fault.BAD_CONFIG, file, "(whole file)", "is not readable JSON", fault);
        }
    }

    FuserJson object(String key) {
        JsonNode child = child(key);
        if (!child.isObject()) {
            throw bad(key, "is not an object");
        }
        return new FuserJson(file, child);
    }

    String text(String key) {
        JsonNode child = child(key);
        if (!child.isString()) {
            throw bad(key, "is not text");
        }
        return child.stringValue();
    }

    boolean flag(String key) {
        JsonNode child = child(key);
        if (!child.isBoolean()) {
            throw bad(key, "is neither true nor false");
        }
        return child.booleanValue();
    }

    int number(String key) {
        return whole(key, child(key));
    }

    int number(String key, int ifAbsent) {
        return node.has(key) ? number(key) : ifAbsent;
    }

    int whole(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw bad(key, "is not a whole number of 32 bits: " + shortened(value));
        }
        return value.intValue();
    }

    void allow(Set<String> known) {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw bad(name, "is not a known entry; known are " + known);
            }
        }
    }

    private JsonNode child(String key) {
        JsonNode child = node.get(key);
        if (child == null) {
            throw bad(key, "is missing");
        }
        return child;
    }

    FuserInvalidException bad(String key, String rule) {
        return fault(Fault.BAD_CONFIG, key, rule);
    }

    FuserInvalidException fault(Fault fault, String key, String rule) {
        return new FuserInvalidException(fault, file, key, rule);
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
