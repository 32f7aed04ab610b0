package dev.kvasir.openai;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one object of a request: each is read once, {@code null} is absent, and what nobody asked for is refused. */
final class Arguments {

    private final ObjectNode object;
    private final String pointer;
    private final Set<String> known = new HashSet<>();

    /** @param pointer to the object; empty for the whole request */
    Arguments(ObjectNode object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /**
     * Takes a body as an object.
     *
     * @param pointer to the value
     */
    static Arguments of(@Nullable JsonNode value, String pointer) {
        if (value instanceof ObjectNode object) {
            return new Arguments(object, pointer);
        }
        throw Refusals.invalid(pointer, (pointer.isEmpty() ? "The body" : quoted(pointer)) + " must be an object.");
    }

    String pointer(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    @Nullable
    JsonNode take(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** A value that must be there. */
    JsonNode required(String name) {
        JsonNode value = take(name);
        if (value == null) {
            throw Refusals.missing(pointer(name), quoted(pointer(name)) + " is missing.");
        }
        return value;
    }

    Optional<String> text(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw wrong(name, "a text");
        }
        return Optional.of(value.stringValue());
    }

    boolean flag(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value != null && value.booleanValue();
    }

    Optional<JsonNode> number(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isNumber()) {
            throw wrong(name, "a number");
        }
        return Optional.ofNullable(value);
    }

    Optional<JsonNode> whole(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isIntegralNumber()) {
            throw wrong(name, "a whole number");
        }
        return Optional.ofNullable(value);
    }

    Optional<Arguments> object(String name) {
        JsonNode value = take(name);
        return value == null ? Optional.empty() : Optional.of(of(value, pointer(name)));
    }

    /** An object that is handed on as it is. */
    Optional<ObjectNode> document(String name) {
        return object(name).map(arguments -> arguments.object);
    }

    /** Texts by name. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        object(name).ifPresent(fields -> {
            for (String key : fields.object.propertyNames()) {
                fields.text(key).ifPresent(text -> texts.put(key, text));
            }
        });
        return texts;
    }

    /** Takes a field that may only say what happens anyway. */
    void only(String name, double allowed, String sentence) {
        JsonNode value = take(name);
        if (value != null && (!value.isNumber() || value.doubleValue() != allowed)) {
            throw Refusals.unsupported(pointer(name), sentence);
        }
    }

    /**
     * Refuses what is left.
     *
     * @param elsewhere what OpenAI's API has and this one has not
     */
    void refuseOthers(Set<String> elsewhere) {
        for (String name : object.propertyNames()) {
            if (isLeft(name)) {
                throw elsewhere.contains(name)
                        ? Refusals.unsupported(pointer(name), quoted(pointer(name)) + " is not supported by Kvasir.")
                        : Refusals.unknown(pointer(name), quoted(pointer(name)) + " is unknown. Leave it out.");
            }
        }
    }

    private boolean isLeft(String name) {
        return !known.contains(name) && take(name) != null;
    }

    private RuntimeException wrong(String name, String kind) {
        return Refusals.invalid(pointer(name), quoted(pointer(name)) + " must be " + kind + ".");
    }

    /** A pointer as sentences write it. */
    static String quoted(String pointer) {
        return "'" + Refusals.shown(pointer.substring(1)).replace('/', '.') + "'";
    }
}
