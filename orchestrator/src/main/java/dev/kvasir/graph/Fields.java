package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one object of a document: each is read once, and what nobody asked for is unknown. */
final class Fields {

    private static final BigDecimal SAFE = BigDecimal.valueOf(1L << 53);

    private final ObjectNode object;
    private final String pointer;
    private final String kind;
    private final String owner;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Problem> problems;

    /**
     * Looks at an object.
     *
     * @param kind what it is, as in "Field 'modle' is unknown for an agent node."
     * @param owner whose it is, as in "temperature of 'a' must be …"
     */
    Fields(ObjectNode object, String pointer, String kind, String owner, List<Problem> problems) {
        this.object = object;
        this.pointer = pointer;
        this.kind = kind;
        this.owner = owner;
        this.problems = problems;
    }

    String pointer(String name) {
        return Pointers.child(pointer, name);
    }

    @Nullable
    JsonNode take(String name) {
        known.add(name);
        return object.get(name);
    }

    boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    /** Refuses a field that later versions will know, unless it says what happens now anyway. */
    void notYet(String name, String... allowed) {
        JsonNode value = take(name);
        if (value != null && Arrays.stream(allowed).noneMatch(value.toString()::equals)) {
            report(Rule.G16, name, "Field '" + name + "' of " + owner + " is not available yet in this version.");
        }
    }

    String required(String name) {
        String text = text(name);
        if (text == null && !object.has(name)) {
            report(Rule.G16, name, "Field '" + name + "' is missing for " + kind + ".");
        } else if (text != null && text.isBlank()) {
            report(Rule.G22, name, name + " of " + owner + " must not be empty.");
        }
        return text == null ? "" : text;
    }

    @Nullable
    String text(String name) {
        JsonNode value = take(name);
        if (value == null || value.isString()) {
            return value == null ? null : value.stringValue();
        }
        mustBe(name, "a string", value);
        return null;
    }

    boolean flag(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            mustBe(name, "true or false", value);
        }
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /** A whole number, or the default if it is absent or refused. */
    long whole(String name, long min, long max, long otherwise) {
        JsonNode value = take(name);
        if (value == null || isReportedElsewhere(value)) {
            return otherwise;
        }
        if (!value.isNumber() || value.decimalValue().stripTrailingZeros().scale() > 0) {
            mustBe(name, "a whole number", value);
            return otherwise;
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            mustBe(name, "between " + min + " and " + max, value);
            return otherwise;
        }
        return number.longValue();
    }

    /** A number, or the default if it is absent or refused. */
    double number(String name, Range range, double otherwise) {
        JsonNode value = take(name);
        if (value == null || isReportedElsewhere(value)) {
            return otherwise;
        }
        if (!value.isNumber()) {
            mustBe(name, "a number", value);
            return otherwise;
        }
        if (!range.holds(value.doubleValue())) {
            mustBe(name, range.words(), value);
            return otherwise;
        }
        return value.doubleValue();
    }

    /** One of the names of an enum. */
    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        JsonNode value = take(name);
        if (value == null) {
            return otherwise;
        }
        Optional<E> chosen = Arrays.stream(type.getEnumConstants())
                .filter(option -> value.isString() && spelled(option).equals(value.stringValue()))
                .findFirst();
        if (chosen.isEmpty()) {
            List<String> options =
                    Arrays.stream(type.getEnumConstants()).map(Fields::spelled).toList();
            String meant = Spelling.nearest(value.asString(""), options).orElse(null);
            mustBe(name, "one of " + String.join(", ", options), value, meant);
        }
        return chosen.orElse(otherwise);
    }

    private static String spelled(Enum<?> option) {
        return option instanceof Profile ? option.name().toLowerCase(Locale.ROOT) : option.name();
    }

    List<String> texts(String name, int max) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> {
                if (element.isString()) {
                    texts.add(element.stringValue());
                }
            });
        }
        if (!value.isArray() || texts.size() < value.size() || texts.size() > max) {
            mustBe(name, "a list of at most " + max + " strings", value);
            return List.of();
        }
        return texts;
    }

    /** The fields of an object within this one; empty if it is absent or refused. */
    Optional<Fields> within(String name, String itsKind) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode child) {
            return Optional.of(new Fields(child, pointer(name), itsKind, owner, problems));
        }
        mustBe(name, "an object", value);
        return Optional.empty();
    }

    String pointer() {
        return pointer;
    }

    String owner() {
        return owner;
    }

    List<Problem> problems() {
        return problems;
    }

    ObjectNode object() {
        return object;
    }

    void report(Rule rule, String name, String detail) {
        problems.add(Problem.error(rule, pointer(name), detail));
    }

    void mustBe(String name, String what, JsonNode value) {
        mustBe(name, what, value, null);
    }

    private void mustBe(String name, String what, JsonNode value, @Nullable String meant) {
        String detail = name + " of " + owner + " must be " + what + ", not " + shown(value) + ".";
        problems.add(Problem.error(Rule.G22, pointer(name), detail).hinting(meant));
    }

    /** Refuses every field that was not taken. */
    void refuseOthers() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                String meant = Spelling.nearest(name, known).orElse(null);
                String detail = "Field '" + shortened(name) + "' is unknown for " + kind + "."
                        + (meant == null ? "" : " Did you mean '" + meant + "'?");
                problems.add(Problem.error(Rule.G16, pointer(name), detail).hinting(meant));
            }
        }
    }

    /** Numbers beyond 2^53 are told by rule G41. */
    static boolean isReportedElsewhere(JsonNode value) {
        return value.isNumber() && value.decimalValue().abs().compareTo(SAFE) > 0;
    }

    static String shown(JsonNode value) {
        if (value.isContainer()) {
            return value.isObject() ? "an object" : "a list";
        }
        return shortened(value.isNumber() ? numeral(value) : value.toString());
    }

    static String numeral(JsonNode number) {
        BigDecimal value = number.decimalValue().stripTrailingZeros();
        return Math.abs(value.scale()) > 30 ? value.toString() : value.toPlainString();
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
