package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code tojson}: plain JSON, non-ASCII as it is unless asked otherwise, key order kept. */
final class JsonText {

    private static final HexFormat HEX = HexFormat.of();

    private final Budget budget;
    private final Layout layout;
    private final Text.Builder out;

    private record Layout(Optional<String> indent, String between, String afterKey, boolean ascii, boolean sorted) {}

    private JsonText(Budget budget, Layout layout) {
        this.budget = budget;
        this.layout = layout;
        this.out = new Text.Builder(budget);
    }

    /** @param arguments indent, separators, ensure_ascii, sort_keys, as of {@code json.dumps} */
    static Text of(Value value, Arguments arguments, Budget budget) {
        JsonText json = new JsonText(budget, layout(arguments, budget));
        json.write(value, 0);
        return json.out.build();
    }

    private static Layout layout(Arguments arguments, Budget budget) {
        Optional<String> indent = arguments.given(0, "indent").map(value -> indent(value, budget));
        String between = indent.isPresent() ? "," : ", ";
        String afterKey = ": ";
        Optional<Value> separators = Optional.ofNullable(arguments.named().get("separators"));
        if (separators.isPresent() && separators.get() instanceof Value.Items(var pair, boolean fixed)) {
            if (pair.size() != 2) {
                throw budget.failed("separators are two strings");
            }
            between = Operators.text(pair.getFirst(), "a separator", budget).string();
            afterKey = Operators.text(pair.getLast(), "a separator", budget).string();
        }
        boolean ascii = Optional.ofNullable(arguments.named().get("ensure_ascii"))
                .map(Operators::truth)
                .orElse(false);
        boolean sorted = Optional.ofNullable(arguments.named().get("sort_keys"))
                .map(Operators::truth)
                .orElse(false);
        return new Layout(indent, between, afterKey, ascii, sorted);
    }

    private static String indent(Value value, Budget budget) {
        return value instanceof Text text
                ? text.string()
                : " ".repeat(Math.clamp(Operators.index(value, budget), 0, 100));
    }

    private void write(Value value, int depth) {
        budget.depth(depth);
        switch (value) {
            case Value.None none -> own("null");
            case Value.Bool(boolean b) -> own(b ? "true" : "false");
            case Value.Whole(long n) -> own(Long.toString(n));
            case Value.Real(double d) -> own(real(d));
            case Text text -> out.add(text.computed(quoted(text.string())));
            case Value.Items(var items, boolean fixed) -> items(items, depth);
            case Value.Mapping(var entries) -> entries(entries, depth);
            case Value.Undefined undefined -> throw notJson(value);
            case Value.Namespace namespace -> throw notJson(value);
            case Value.Function function -> throw notJson(value);
            case LoopState loop -> throw notJson(value);
        }
    }

    private RuntimeException notJson(Value value) {
        return budget.failed("%s cannot be written as JSON".formatted(Operators.kind(value)));
    }

    private void own(String text) {
        out.add(Text.own(text));
    }

    private static String real(double value) {
        return switch (Numbers.print(value)) {
            case "nan" -> "NaN";
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            default -> Numbers.print(value);
        };
    }

    private void items(List<Value> items, int depth) {
        if (items.isEmpty()) {
            own("[]");
            return;
        }
        own("[");
        for (int i = 0; i < items.size(); i++) {
            own(i == 0 ? "" : layout.between());
            newLine(depth + 1);
            write(items.get(i), depth + 1);
        }
        newLine(depth);
        own("]");
    }

    private void entries(Map<Value, Value> entries, int depth) {
        if (entries.isEmpty()) {
            own("{}");
            return;
        }
        own("{");
        List<Value> keys = new ArrayList<>(entries.keySet());
        if (layout.sorted()) {
            keys.sort((a, b) -> Operators.order(a, b, budget));
        }
        for (int i = 0; i < keys.size(); i++) {
            own(i == 0 ? "" : layout.between());
            newLine(depth + 1);
            Text key = PythonText.of(keys.get(i), budget);
            out.add(key.computed(quoted(key.string())));
            own(layout.afterKey());
            Value value = entries.get(keys.get(i));
            write(value == null ? Value.NONE : value, depth + 1);
        }
        newLine(depth);
        own("}");
    }

    private void newLine(int depth) {
        layout.indent().ifPresent(indent -> own("\n" + indent.repeat(depth)));
    }

    private String quoted(String string) {
        StringBuilder quoted = new StringBuilder(string.length() + 2).append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                default -> {
                    if (c < 0x20 || (layout.ascii() && c > 0x7e)) {
                        HEX.toHexDigits(HEX.toHexDigits(quoted.append("\\u"), (byte) (c >> 8)), (byte) c);
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
