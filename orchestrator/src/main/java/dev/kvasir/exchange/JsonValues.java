package dev.kvasir.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** When two JSON values are the same to a graph: numbers by value, objects whatever the order of their fields. */
final class JsonValues {

    private static final int MAX_SET = 1000;

    private JsonValues() {}

    /** A value as the key of a map. */
    record Content(JsonNode value) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Content content && same(value, content.value);
        }

        @Override
        public int hashCode() {
            return hash(value);
        }
    }

    private static int hash(JsonNode value) {
        if (value.isNumber()) {
            return Double.hashCode(value.decimalValue().doubleValue() + 0.0); // no negative zero
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .mapToInt(field -> field.getKey().hashCode() ^ hash(field.getValue()))
                    .sum();
        }
        if (value.isArray()) {
            return value.valueStream().mapToInt(JsonValues::hash).reduce(1, (a, b) -> (31 * a) + b);
        }
        return value.hashCode();
    }

    static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return sameNumber(a, b);
        }
        if (a.isObject() && b.isObject()) {
            return a.size() == b.size()
                    && a.properties().stream()
                            .allMatch(field -> b.has(field.getKey()) && same(field.getValue(), b.get(field.getKey())));
        }
        if (a.isArray() && b.isArray()) {
            return a.size() == b.size() && sameElements(a, b);
        }
        return a.equals(b);
    }

    private static boolean sameElements(JsonNode a, JsonNode b) {
        for (int i = 0; i < a.size(); i++) {
            if (!same(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** As the canonical form has it, where it has one: 64-bit floats. */
    private static boolean sameNumber(JsonNode a, JsonNode b) {
        double left = a.decimalValue().doubleValue();
        double right = b.decimalValue().doubleValue();
        return (Double.isFinite(left) && Double.isFinite(right))
                ? left == right
                : a.decimalValue().compareTo(b.decimalValue()) == 0;
    }

    /** Two lists with the same elements, whatever their order; longer ones than any set of a graph are compared in order. */
    static boolean sameSet(JsonNode a, JsonNode b) {
        if (!a.isArray() || !b.isArray() || a.size() != b.size() || a.size() > MAX_SET) {
            return false;
        }
        List<JsonNode> rest = new ArrayList<>(b.valueStream().toList());
        for (JsonNode element : a) {
            int at = -1;
            for (int i = 0; i < rest.size() && at < 0; i++) {
                at = same(element, rest.get(i)) ? i : -1;
            }
            if (at < 0) {
                return false;
            }
            rest.remove(at);
        }
        return true;
    }
}
