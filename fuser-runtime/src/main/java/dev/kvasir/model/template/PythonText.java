package dev.kvasir.model.template;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Values as Python prints them. */
final class PythonText {

    private static final HexFormat HEX = HexFormat.of();

    private final Budget budget;
    private final Text.Builder out;

    private PythonText(Budget budget) {
        this.budget = budget;
        this.out = new Text.Builder(budget);
    }

    /** {@code str(value)}; nothing for what is undefined. */
    static Text of(Value value, Budget budget) {
        return switch (value) {
            case Text text -> text;
            case Value.Undefined undefined -> Value.EMPTY;
            case Value.Whole(long n) -> Text.own(Long.toString(n));
            default -> literal(value, budget);
        };
    }

    /** {@code repr(value)}. */
    static Text literal(Value value, Budget budget) {
        PythonText text = new PythonText(budget);
        text.write(value, 0);
        return text.out.build();
    }

    private void write(Value value, int depth) {
        budget.depth(depth);
        switch (value) {
            case Value.None none -> own("None");
            case Value.Undefined undefined -> own("Undefined");
            case Value.Bool(boolean b) -> own(b ? "True" : "False");
            case Value.Whole(long n) -> own(Long.toString(n));
            case Value.Real(double d) -> own(Numbers.print(d));
            case Text text -> out.add(text.computed(quoted(text.string())));
            case Value.Items(var items, boolean fixed) -> items(items, fixed, depth);
            case Value.Mapping(var entries) -> entries(entries, depth);
            case Value.Namespace namespace -> own("<Namespace>");
            case Value.Function function -> own("<function>");
            case LoopState loop -> own("<LoopContext>");
        }
    }

    private void own(String text) {
        out.add(Text.own(text));
    }

    private void items(List<Value> items, boolean fixed, int depth) {
        own(fixed ? "(" : "[");
        String separator = "";
        for (Value item : items) {
            own(separator);
            write(item, depth + 1);
            separator = ", ";
        }
        own(fixed ? items.size() == 1 ? ",)" : ")" : "]");
    }

    private void entries(Map<Value, Value> entries, int depth) {
        own("{");
        String separator = "";
        for (Map.Entry<Value, Value> entry : entries.entrySet()) {
            own(separator);
            write(entry.getKey(), depth + 1);
            own(": ");
            write(entry.getValue(), depth + 1);
            separator = ", ";
        }
        own("}");
    }

    private static String quoted(String string) {
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        string.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c == quote) {
                        quoted.append('\\').append(quote);
                    } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                        HEX.toHexDigits(quoted.append("\\x"), (byte) c);
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append(quote).toString();
    }
}
