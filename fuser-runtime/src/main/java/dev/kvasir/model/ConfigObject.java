package dev.kvasir.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** An object of a JSON settings file; each getter checks type and range and names file and key. Null is absent. */
final class ConfigObject {

    private final String file;
    private final String path;
    private final JsonNode node;

    ConfigObject(String file, JsonNode node) {
        this(file, "", node);
    }

    private ConfigObject(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    String file() {
        return file;
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    int integer(String key, int min, int max) {
        return optionalInteger(key, min, max).orElseThrow(() -> invalid(key, "is missing"));
    }

    OptionalInt optionalInteger(String key, int min, int max) {
        if (!has(key)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(integer(key, node.path(key), min, max));
    }

    private int integer(String key, JsonNode value, int min, int max) {
        if (!value.isIntegralNumber()) {
            throw invalid(key, "must be a whole number, not " + BoundedJson.shortened(value.toString()));
        }
        if (!value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            throw invalid(key, "is %s; it must be %d to %d".formatted(value, min, max));
        }
        return value.intValue();
    }

    /** A finite number above zero. */
    double positive(String key) {
        return optionalPositive(key).orElseThrow(() -> invalid(key, "is missing"));
    }

    OptionalDouble optionalPositive(String key) {
        OptionalDouble value = optionalNumber(key);
        if (value.isPresent() && value.getAsDouble() <= 0) {
            throw invalid(key, "is %s; it must be above 0".formatted(node.path(key)));
        }
        return value;
    }

    OptionalDouble optionalNumber(String key) {
        if (!has(key)) {
            return OptionalDouble.empty();
        }
        JsonNode value = node.path(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw invalid(key, "must be a number, not " + BoundedJson.shortened(value.toString()));
        }
        return OptionalDouble.of(value.doubleValue());
    }

    boolean flag(String key, Default fallback) {
        if (!has(key)) {
            return fallback == Default.TRUE;
        }
        JsonNode value = node.path(key);
        if (!value.isBoolean()) {
            throw invalid(key, "must be true or false, not " + BoundedJson.shortened(value.toString()));
        }
        return value.booleanValue();
    }

    /** What a missing flag means. */
    enum Default {
        TRUE,
        FALSE
    }

    Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!node.path(key).isString()) {
            throw invalid(key, "must be a string");
        }
        return Optional.of(node.path(key).stringValue());
    }

    List<String> texts(String key, int max) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : array(key, max)) {
            if (!item.isString()) {
                throw invalid(key, "must hold strings");
            }
            texts.add(item.stringValue());
        }
        return texts;
    }

    /** A number or a list of numbers; empty if absent. */
    List<Integer> integers(String key, int min, int max) {
        if (!has(key)) {
            return List.of();
        }
        if (!node.path(key).isArray()) {
            return List.of(integer(key, node.path(key), min, max));
        }
        List<Integer> integers = new ArrayList<>();
        for (JsonNode item : array(key, 1_000)) {
            integers.add(integer(key, item, min, max));
        }
        return integers;
    }

    private JsonNode array(String key, int max) {
        JsonNode value = node.path(key);
        if (!value.isArray() || value.size() > max) {
            throw invalid(key, "must be a list of at most %d".formatted(max));
        }
        return value;
    }

    Optional<ConfigObject> object(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!node.path(key).isObject()) {
            throw invalid(key, "must be an object");
        }
        return Optional.of(new ConfigObject(file, path + key + ".", node.path(key)));
    }

    ModelInvalidException invalid(String key, String rule) {
        return new ModelInvalidException(file, path + key, rule);
    }
}
