package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Filters that look into each item of a list. */
final class ItemFilters {

    static final Set<String> NAMES =
            Set.of("map", "select", "reject", "selectattr", "rejectattr", "sort", "unique", "groupby");

    private ItemFilters() {}

    static Value apply(String name, Value value, Arguments arguments, Budget budget) {
        List<Value> items = Sequences.of(value, budget);
        budget.items(items.size());
        List<? extends Value> result = switch (name) {
            case "map" -> map(items, arguments, budget);
            case "select" -> select(items, arguments, 0, true, budget);
            case "reject" -> select(items, arguments, 0, false, budget);
            case "selectattr" -> select(items, arguments, 1, true, budget);
            case "rejectattr" -> select(items, arguments, 1, false, budget);
            case "sort" -> sort(items, arguments, budget);
            case "unique" -> unique(items, arguments, budget);
            case "groupby" -> group(items, arguments, budget);
            default -> throw budget.failed("there is no filter '%s'".formatted(name));
        };
        return Value.Items.list(result);
    }

    /** Each item's attribute; the items themselves when none is asked for. */
    static List<Value> attributes(List<Value> items, Optional<Value> attribute, Budget budget) {
        if (attribute.isEmpty()) {
            return items;
        }
        List<Value> values = new ArrayList<>(items.size());
        for (Value item : items) {
            values.add(attribute(item, attribute.get(), budget));
        }
        return values;
    }

    private static Value attribute(Value item, Value path, Budget budget) {
        if (!(path instanceof Text text)) {
            return Sequences.item(item, path, budget);
        }
        Value value = item;
        for (String part : text.string().split("\\.", -1)) {
            budget.tick();
            boolean number =
                    !part.isEmpty() && part.length() < 9 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Sequences.item(value, number ? Value.of(Long.parseLong(part)) : Text.own(part), budget);
        }
        return value;
    }

    private static List<Value> map(List<Value> items, Arguments arguments, Budget budget) {
        Value attribute = arguments.named().get("attribute");
        if (attribute != null) {
            List<Value> values = new ArrayList<>();
            for (Value value : attributes(items, Optional.of(attribute), budget)) {
                Value otherwise = arguments.named().get("default");
                values.add(value instanceof Value.Undefined && otherwise != null ? otherwise : value);
            }
            return values;
        }
        String filter = arguments.text(0, "filter", budget).string();
        Arguments rest = rest(arguments, 1);
        List<Value> values = new ArrayList<>();
        for (Value item : items) {
            values.add(Filters.apply(filter, item, rest, budget));
        }
        return values;
    }

    private static Arguments rest(Arguments arguments, int from) {
        int size = arguments.positional().size();
        return new Arguments(arguments.positional().subList(Math.min(from, size), size), arguments.named());
    }

    /** @param testAt where the test's name stands among the arguments; before it stands the attribute, if any */
    private static List<Value> select(
            List<Value> items, Arguments arguments, int testAt, boolean wanted, Budget budget) {
        Optional<Value> test = arguments.find(testAt, "test");
        Arguments rest = rest(arguments, testAt + 1);
        List<Value> selected = new ArrayList<>();
        for (Value item : items) {
            Value seen = testAt == 0 ? item : attribute(item, arguments.get(0, "attribute", budget), budget);
            boolean holds = test.map(name ->
                            Tests.holds(Operators.text(name, "a test", budget).string(), seen, rest, budget))
                    .orElseGet(() -> Operators.truth(seen));
            if (holds == wanted) {
                selected.add(item);
            }
        }
        return selected;
    }

    private static List<Value> sort(List<Value> items, Arguments arguments, Budget budget) {
        Comparator<Value> order = order(arguments.flag(1, "case_sensitive"), budget);
        Optional<Value> attribute = arguments.given(2, "attribute");
        Comparator<Value> byAttribute = (a, b) -> attribute.isEmpty()
                ? order.compare(a, b)
                : order.compare(attribute(a, attribute.get(), budget), attribute(b, attribute.get(), budget));
        List<Value> sorted = new ArrayList<>(items);
        sorted.sort(arguments.flag(0, "reverse") ? byAttribute.reversed() : byAttribute);
        return sorted;
    }

    static Comparator<Value> order(boolean caseSensitive, Budget budget) {
        return (a, b) -> caseSensitive
                ? Operators.order(a, b, budget)
                : Operators.order(ignoringCase(a), ignoringCase(b), budget);
    }

    private static Value ignoringCase(Value value) {
        return value instanceof Text text ? Text.own(text.string().toLowerCase(Locale.ROOT)) : value;
    }

    private static List<Value> unique(List<Value> items, Arguments arguments, Budget budget) {
        Optional<Value> attribute = arguments.given(1, "attribute");
        Set<Value> seen = new LinkedHashSet<>();
        List<Value> unique = new ArrayList<>();
        for (Value item : items) {
            Value key = attribute.map(path -> attribute(item, path, budget)).orElse(item);
            if (seen.add(Operators.key(arguments.flag(0, "case_sensitive") ? key : ignoringCase(key), budget))) {
                unique.add(item);
            }
        }
        return unique;
    }

    private static List<Value> group(List<Value> items, Arguments arguments, Budget budget) {
        Value attribute = arguments.get(0, "attribute", budget);
        List<Value> sorted = new ArrayList<>(items);
        sorted.sort((a, b) ->
                order(false, budget).compare(attribute(a, attribute, budget), attribute(b, attribute, budget)));
        Map<Value, List<Value>> groups = new LinkedHashMap<>();
        for (Value item : sorted) {
            groups.computeIfAbsent(Operators.key(attribute(item, attribute, budget), budget), key -> new ArrayList<>())
                    .add(item);
        }
        List<Value> pairs = new ArrayList<>();
        groups.forEach((key, members) -> pairs.add(Value.Items.tuple(List.of(key, Value.Items.list(members)))));
        return pairs;
    }
}
