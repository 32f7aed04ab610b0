package dev.kvasir.model.template;

import dev.kvasir.model.TextSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * A string with the stretches that the template's author did not write. Equal if the strings are.
 *
 * <p>Foreign stretches follow their characters through slices, strips, splits and concatenation; what is computed from
 * foreign text in any other way is foreign altogether.
 */
final class Text implements Value {

    private final String string;
    private final List<TextSpan> foreign;

    private Text(String string, List<TextSpan> foreign) {
        this.string = string;
        this.foreign = foreign;
    }

    /** Text of the template or of the environment. */
    static Text own(String string) {
        return new Text(string, List.of());
    }

    static Text foreign(String string) {
        return string.isEmpty() ? own(string) : new Text(string, List.of(new TextSpan(0, string.length())));
    }

    String string() {
        return string;
    }

    List<TextSpan> foreign() {
        return foreign;
    }

    int length() {
        return string.length();
    }

    boolean isEmpty() {
        return string.isEmpty();
    }

    /** Another string computed from this one. */
    Text computed(String other) {
        return foreign.isEmpty() ? own(other) : foreign(other);
    }

    Text substring(int start, int end) {
        if (start == 0 && end == string.length()) {
            return this;
        }
        if (foreign.isEmpty() || start >= end) {
            return own(string.substring(start, Math.max(start, end)));
        }
        List<TextSpan> spans = new ArrayList<>();
        for (TextSpan span : foreign) {
            int from = Math.max(span.start(), start);
            int to = Math.min(span.end(), end);
            if (from < to) {
                spans.add(new TextSpan(from - start, to - start));
            }
        }
        return new Text(string.substring(start, end), spans);
    }

    Text substring(int start) {
        return substring(start, string.length());
    }

    Text plus(Text other, Budget budget) {
        return new Builder(budget).add(this).add(other).build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text && string.equals(text.string);
    }

    @Override
    public int hashCode() {
        return string.hashCode();
    }

    @Override
    public String toString() {
        return string;
    }

    /** Joins texts within a budget. */
    static final class Builder {

        private final Budget budget;
        private final StringBuilder string = new StringBuilder();
        private final List<TextSpan> foreign = new ArrayList<>();

        Builder(Budget budget) {
            this.budget = budget;
        }

        Builder add(Text text) {
            int base = string.length();
            if ((long) base + text.length() > Budget.MAX_OUTPUT) {
                throw budget.limit("writes more than %,d characters".formatted(Budget.MAX_OUTPUT));
            }
            budget.spend(text.length() + 1L);
            string.append(text.string);
            for (TextSpan span : text.foreign) {
                addForeign(base + span.start(), base + span.end());
            }
            return this;
        }

        private void addForeign(int start, int end) {
            int first = start;
            if (!foreign.isEmpty() && foreign.getLast().end() == start) {
                first = foreign.removeLast().start();
            }
            foreign.add(new TextSpan(first, end));
        }

        Text build() {
            return new Text(string.toString(), List.copyOf(foreign));
        }
    }
}
