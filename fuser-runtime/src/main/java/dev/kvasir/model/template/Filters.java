package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** What may stand after {@code |}. */
final class Filters {

    private interface Filter {
        Value apply(Value value, Arguments arguments, Budget budget);
    }

    private static final Map<String, Filter> SIMPLE = Map.ofEntries(
            Map.entry("tojson", JsonText::of),
            filter(
                    "trim",
                    (v, a, b) -> Strings.strip(
                            string(v, b),
                            a.given(0, "chars")
                                    .map(c -> Operators.text(c, "chars", b))
                                    .orElse(null),
                            true,
                            true)),
            filter("length", (v, a, b) -> Value.of(Sequences.length(v, b))),
            filter("count", (v, a, b) -> Value.of(Sequences.length(v, b))),
            filter(
                    "upper",
                    (v, a, b) -> string(v, b).computed(string(v, b).string().toUpperCase(Locale.ROOT))),
            filter(
                    "lower",
                    (v, a, b) -> string(v, b).computed(string(v, b).string().toLowerCase(Locale.ROOT))),
            filter(
                    "title",
                    (v, a, b) ->
                            string(v, b).computed(Strings.title(string(v, b).string()))),
            filter("capitalize", (v, a, b) -> Methods.capitalized(string(v, b))),
            filter("string", (v, a, b) -> string(v, b)),
            filter("safe", (v, a, b) -> v),
            filter("escape", (v, a, b) -> escape(string(v, b))),
            filter("e", (v, a, b) -> escape(string(v, b))),
            filter(
                    "replace",
                    (v, a, b) -> Strings.replace(
                            string(v, b),
                            string(a.get(0, "old", b), b),
                            string(a.get(1, "new", b), b),
                            a.integer(2, "count", -1, b),
                            b)),
            filter("default", Filters::defaultValue),
            filter("d", Filters::defaultValue),
            filter("first", (v, a, b) -> edge(Sequences.of(v, b), true)),
            filter("last", (v, a, b) -> edge(Sequences.of(v, b), false)),
            filter("list", (v, a, b) -> Value.Items.list(Sequences.of(v, b))),
            filter("int", (v, a, b) -> integer(v, a)),
            filter("float", (v, a, b) -> real(v, a)),
            filter("abs", (v, a, b) -> Numbers.compare(number(v, b), Value.of(0)) < 0 ? Numbers.negate(v, b) : v),
            filter("round", Filters::round),
            filter("items", (v, a, b) -> items(v, b)),
            filter("dictsort", Filters::sortedEntries),
            filter(
                    "reverse",
                    (v, a, b) -> v instanceof Text text
                            ? Strings.join(Value.EMPTY, Sequences.reversed(Sequences.of(text, b)), b)
                            : Value.Items.list(Sequences.reversed(Sequences.of(v, b)))),
            filter("sum", Filters::sum),
            filter("min", (v, a, b) -> extreme(Sequences.of(v, b), -1, b)),
            filter("max", (v, a, b) -> extreme(Sequences.of(v, b), 1, b)),
            filter("indent", Filters::indent),
            filter(
                    "wordcount",
                    (v, a, b) -> Value.of(Strings.words(string(v, b), -1, b).size())),
            filter("batch", Filters::batch),
            filter(
                    "join",
                    (v, a, b) -> Strings.join(
                            a.given(0, "d").map(d -> string(d, b)).orElse(Value.EMPTY),
                            ItemFilters.attributes(Sequences.of(v, b), a.given(1, "attribute"), b),
                            b)));

    private Filters() {}

    private static Map.Entry<String, Filter> filter(String name, Filter filter) {
        return Map.entry(name, filter);
    }

    private static final Set<String> OF_ITEMS = ItemFilters.NAMES;

    static boolean known(String name) {
        return SIMPLE.containsKey(name) || OF_ITEMS.contains(name);
    }

    static Value apply(String name, Value value, Arguments arguments, Budget budget) {
        budget.tick();
        Filter filter = SIMPLE.get(name);
        return filter == null
                ? ItemFilters.apply(name, value, arguments, budget)
                : filter.apply(value, arguments, budget);
    }

    private static Text string(Value value, Budget budget) {
        Text text = PythonText.of(value, budget);
        budget.spend(text.length());
        return text;
    }

    private static Value number(Value value, Budget budget) {
        if (!Numbers.isNumber(value)) {
            throw budget.failed("a number is needed, not %s".formatted(Operators.kind(value)));
        }
        return value;
    }

    private static Text escape(Text text) {
        return text.computed(text.string()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;"));
    }

    private static Value defaultValue(Value value, Arguments arguments, Budget budget) {
        boolean missing = value instanceof Value.Undefined || (arguments.flag(1, "boolean") && !Operators.truth(value));
        return missing ? arguments.find(0, "default_value").orElse(Value.EMPTY) : value;
    }

    private static Value edge(List<Value> items, boolean first) {
        if (items.isEmpty()) {
            return new Value.Undefined("the first or last item of nothing");
        }
        return first ? items.getFirst() : items.getLast();
    }

    private static Value integer(Value value, Arguments arguments) {
        Value otherwise = arguments.find(0, "default").orElse(Value.of(0));
        try {
            return switch (value) {
                case Value.Whole whole -> whole;
                case Value.Bool(boolean b) -> Value.of(b ? 1 : 0);
                case Value.Real(double d) -> Value.of((long) d);
                case Text text ->
                    Value.of((long) Double.parseDouble(text.string().strip()));
                default -> otherwise;
            };
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Value real(Value value, Arguments arguments) {
        Value otherwise = arguments.find(0, "default").orElse(new Value.Real(0));
        try {
            return value instanceof Text text
                    ? new Value.Real(Double.parseDouble(text.string().strip()))
                    : Numbers.isNumber(value) ? new Value.Real(Numbers.real(value)) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Value round(Value value, Arguments arguments, Budget budget) {
        double scale = Math.pow(10, Math.clamp(arguments.integer(0, "precision", 0, budget), -300, 300));
        double scaled = Numbers.real(number(value, budget)) * scale;
        String method = arguments
                .given(1, "method")
                .map(name -> string(name, budget).string())
                .orElse("common");
        double rounded = switch (method) {
            case "ceil" -> Math.ceil(scaled);
            case "floor" -> Math.floor(scaled);
            default -> Math.rint(scaled);
        };
        return new Value.Real(rounded / scale);
    }

    private static Value items(Value value, Budget budget) {
        return switch (value) {
            case Value.Mapping mapping -> Sequences.entries(mapping);
            case Value.Undefined undefined -> Value.Items.list(List.of());
            default -> throw budget.failed("'items' needs a dictionary, not %s".formatted(Operators.kind(value)));
        };
    }

    private static Value sortedEntries(Value value, Arguments arguments, Budget budget) {
        boolean byValue = arguments
                .given(1, "by")
                .map(by -> string(by, budget).string().equals("value"))
                .orElse(false);
        Comparator<Value> order = ItemFilters.order(arguments.flag(0, "case_sensitive"), budget);
        List<Value> pairs = new ArrayList<>(Sequences.of(items(value, budget), budget));
        Comparator<Value> byPart = (a, b) -> order.compare(part(a, byValue, budget), part(b, byValue, budget));
        pairs.sort(arguments.flag(2, "reverse") ? byPart.reversed() : byPart);
        return Value.Items.list(pairs);
    }

    private static Value part(Value pair, boolean value, Budget budget) {
        List<Value> parts = Sequences.of(pair, budget);
        return value ? parts.getLast() : parts.getFirst();
    }

    private static Value sum(Value value, Arguments arguments, Budget budget) {
        Value sum = arguments.find(1, "start").orElse(Value.of(0));
        for (Value item :
                ItemFilters.attributes(Sequences.of(value, budget), arguments.given(0, "attribute"), budget)) {
            sum = Operators.binary("+", sum, item, budget);
        }
        return sum;
    }

    private static Value extreme(List<Value> items, int sign, Budget budget) {
        Optional<Value> best =
                items.stream().reduce((a, b) -> Integer.signum(Operators.order(b, a, budget)) == sign ? b : a);
        return best.orElse(new Value.Undefined("the least or greatest of nothing"));
    }

    private static Value indent(Value value, Arguments arguments, Budget budget) {
        Text indent = arguments
                .given(0, "width")
                .map(width -> width instanceof Text text
                        ? text
                        : Text.own(" ".repeat(Math.clamp(Operators.index(width, budget), 0, 1000))))
                .orElse(Text.own("    "));
        boolean first = arguments.flag(1, "first");
        boolean blank = arguments.flag(2, "blank");
        List<Value> lines = Strings.split(string(value, budget), Text.own("\n"), -1, budget);
        Text.Builder builder = new Text.Builder(budget);
        for (int i = 0; i < lines.size(); i++) {
            Text line = string(lines.get(i), budget);
            boolean indented = i == 0 ? first : blank || !line.isEmpty();
            builder.add(i == 0 ? Value.EMPTY : Text.own("\n"))
                    .add(indented ? indent : Value.EMPTY)
                    .add(line);
        }
        return builder.build();
    }

    private static Value batch(Value value, Arguments arguments, Budget budget) {
        int size = Math.max(1, arguments.integer(0, "linecount", budget));
        List<Value> items = Sequences.of(value, budget);
        List<Value> batches = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size) {
            List<Value> batch = new ArrayList<>(items.subList(i, (int) Math.min((long) i + size, items.size())));
            Optional<Value> fill = arguments.given(1, "fill_with");
            while (fill.isPresent() && batch.size() < size) {
                budget.items(batch.size() + 1L);
                batch.add(fill.get());
            }
            batches.add(Value.Items.list(batch));
        }
        return Value.Items.list(batches);
    }

    /** A dictionary of keyword arguments, for {@code dict()} and {@code namespace()}. */
    static SequencedMap<Value, Value> keywords(Arguments arguments) {
        SequencedMap<Value, Value> entries = new LinkedHashMap<>();
        arguments.named().forEach((name, value) -> entries.put(Text.own(name), value));
        return entries;
    }
}
