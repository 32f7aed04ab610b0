package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What operators do with values, as Python does it. */
final class Operators {

    private Operators() {}

    static boolean truth(Value value) {
        return switch (value) {
            case Value.None none -> false;
            case Value.Undefined undefined -> false;
            case Value.Bool(boolean b) -> b;
            case Value.Whole(long n) -> n != 0;
            case Value.Real(double d) -> d != 0;
            case Text text -> !text.isEmpty();
            case Value.Items(var items, boolean fixed) -> !items.isEmpty();
            case Value.Mapping(var entries) -> !entries.isEmpty();
            case Value.Namespace namespace -> true;
            case Value.Function function -> true;
            case LoopState loop -> true;
        };
    }

    static String kind(Value value) {
        return switch (value) {
            case Value.None none -> "none";
            case Value.Undefined(String what) -> what + ", which is undefined,";
            case Value.Bool bool -> "a boolean";
            case Value.Whole whole -> "an integer";
            case Value.Real real -> "a float";
            case Text text -> "a string";
            case Value.Items items -> items.fixed() ? "a tuple" : "a list";
            case Value.Mapping mapping -> "a dictionary";
            case Value.Namespace namespace -> "a namespace";
            case Value.Function function -> "a function";
            case LoopState loop -> "the loop";
        };
    }

    /** A text, or an error that names what it should have been. */
    static Text text(Value value, String what, Budget budget) {
        if (value instanceof Text text) {
            return text;
        }
        throw budget.failed("%s must be a string, not %s".formatted(what, kind(value)));
    }

    static int index(Value value, Budget budget) {
        long number = switch (value) {
            case Value.Whole(long n) -> n;
            case Value.Bool(boolean b) -> b ? 1 : 0;
            default -> throw budget.failed("an integer is needed, not %s".formatted(kind(value)));
        };
        return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** A value that may be the key of a dictionary: lists and dictionaries may not. */
    static Value key(Value value, Budget budget) {
        if (value instanceof Value.Items || value instanceof Value.Mapping || value instanceof Value.Undefined) {
            throw budget.failed("%s cannot be a key".formatted(kind(value)));
        }
        return value;
    }

    static Value binary(String operator, Value left, Value right, Budget budget) {
        budget.tick();
        return switch (operator) {
            case "~" -> PythonText.of(left, budget).plus(PythonText.of(right, budget), budget);
            case "+" -> plus(left, right, budget);
            case "*" -> times(left, right, budget);
            default -> Numbers.calculate(operator, left, right, budget);
        };
    }

    private static Value plus(Value left, Value right, Budget budget) {
        if (left instanceof Text a && right instanceof Text b) {
            return a.plus(b, budget);
        }
        if (left instanceof Value.Items a && right instanceof Value.Items b && a.fixed() == b.fixed()) {
            budget.items((long) a.items().size() + b.items().size());
            List<Value> joined = new ArrayList<>(a.items());
            joined.addAll(b.items());
            return new Value.Items(List.copyOf(joined), a.fixed());
        }
        return Numbers.calculate("+", left, right, budget);
    }

    private static Value times(Value left, Value right, Budget budget) {
        if (left instanceof Text text && right instanceof Value.Whole(long n)) {
            return repeat(text, n, budget);
        }
        if (right instanceof Text text && left instanceof Value.Whole(long n)) {
            return repeat(text, n, budget);
        }
        if (left instanceof Value.Items items && right instanceof Value.Whole(long n)) {
            return repeat(items, n, budget);
        }
        return Numbers.calculate("*", left, right, budget);
    }

    private static Value repeat(Text text, long times, Budget budget) {
        Text.Builder builder = new Text.Builder(budget);
        if (!text.isEmpty()) {
            for (long i = 0; i < times; i++) {
                builder.add(text);
            }
        }
        return builder.build();
    }

    private static Value repeat(Value.Items items, long times, Budget budget) {
        List<Value> repeated = new ArrayList<>();
        if (!items.items().isEmpty()) {
            for (long i = 0; i < times; i++) {
                budget.items((long) repeated.size() + items.items().size());
                repeated.addAll(items.items());
            }
        }
        return new Value.Items(List.copyOf(repeated), items.fixed());
    }

    static boolean compare(String operator, Value left, Value right, Budget budget) {
        budget.tick();
        return switch (operator) {
            case "==" -> equal(left, right, budget);
            case "!=" -> !equal(left, right, budget);
            case "in" -> contains(right, left, budget);
            case "not in" -> !contains(right, left, budget);
            case "<" -> order(left, right, budget) < 0;
            case "<=" -> order(left, right, budget) <= 0;
            case ">" -> order(left, right, budget) > 0;
            case ">=" -> order(left, right, budget) >= 0;
            default -> throw budget.failed("there is no comparison '%s'".formatted(operator));
        };
    }

    static boolean equal(Value left, Value right, Budget budget) {
        return equal(left, right, budget, 0);
    }

    private static boolean equal(Value left, Value right, Budget budget, int depth) {
        budget.depth(depth);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right) == 0;
        }
        if (left instanceof Value.Undefined && right instanceof Value.Undefined) {
            return true;
        }
        if (left instanceof Value.Items a && right instanceof Value.Items b) {
            return a.fixed() == b.fixed() && equalItems(a.items(), b.items(), budget, depth);
        }
        if (left instanceof Value.Mapping a && right instanceof Value.Mapping b) {
            return a.entries().size() == b.entries().size()
                    && a.entries().entrySet().stream().allMatch(entry -> {
                        Value other = b.entries().get(entry.getKey());
                        return other != null && equal(entry.getValue(), other, budget, depth + 1);
                    });
        }
        return Objects.equals(left, right);
    }

    private static boolean equalItems(List<Value> left, List<Value> right, Budget budget, int depth) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), budget, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    static boolean contains(Value container, Value item, Budget budget) {
        return switch (container) {
            case Text text -> {
                Text part = text(item, "what is sought in a string", budget);
                budget.spend(text.length());
                yield text.string().contains(part.string());
            }
            case Value.Mapping(var entries) -> entries.containsKey(key(item, budget));
            case Value.Items(var items, boolean fixed) -> {
                for (Value other : items) {
                    if (equal(other, item, budget)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Value.Undefined undefined -> false;
            default ->
                throw budget.failed("'in' needs a string, list or dictionary, not %s".formatted(kind(container)));
        };
    }

    /** Negative, zero or positive; only values of one kind have an order. */
    static int order(Value left, Value right, Budget budget) {
        budget.tick();
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (left instanceof Text a && right instanceof Text b) {
            return compareCodePoints(a.string(), b.string());
        }
        if (left instanceof Value.Items a && right instanceof Value.Items b) {
            for (int i = 0; i < Math.min(a.items().size(), b.items().size()); i++) {
                if (!equal(a.items().get(i), b.items().get(i), budget)) {
                    return order(a.items().get(i), b.items().get(i), budget);
                }
            }
            return Integer.compare(a.items().size(), b.items().size());
        }
        throw budget.failed("%s and %s have no order".formatted(kind(left), kind(right)));
    }

    private static int compareCodePoints(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                return Integer.compare(rank(a.charAt(i)), rank(b.charAt(i)));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Surrogates stand for code points above all others. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + Character.MAX_VALUE : c;
    }
}
