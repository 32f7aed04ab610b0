package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What can be walked over, indexed and sliced. */
final class Sequences {

    private Sequences() {}

    /** What a loop walks over: items, keys or characters; nothing of what is undefined. */
    static List<Value> of(Value value, Budget budget) {
        return switch (value) {
            case Value.Items(var items, boolean fixed) -> items;
            case Value.Mapping(var entries) -> List.copyOf(entries.keySet());
            case Text text -> Strings.characters(text, budget);
            case Value.Undefined undefined -> List.of();
            default -> throw budget.failed("%s cannot be walked over".formatted(Operators.kind(value)));
        };
    }

    static Value entries(Value.Mapping mapping) {
        List<Value> pairs = new ArrayList<>();
        mapping.entries().forEach((key, value) -> pairs.add(Value.Items.tuple(List.of(key, value))));
        return Value.Items.list(pairs);
    }

    static long length(Value value, Budget budget) {
        return switch (value) {
            case Text text -> Strings.length(text);
            case Value.Items(var items, boolean fixed) -> items.size();
            case Value.Mapping(var entries) -> entries.size();
            case Value.Undefined undefined -> 0;
            default -> throw budget.failed("%s has no length".formatted(Operators.kind(value)));
        };
    }

    /** {@code of[key]}. */
    static Value item(Value of, Value key, Budget budget) {
        if (of instanceof Value.Undefined) {
            throw budget.failed("%s has no item".formatted(Operators.kind(of)));
        }
        if (of instanceof Value.Mapping(var entries)) {
            Value value = entries.get(Operators.key(key, budget));
            if (value != null) {
                return value;
            }
        }
        if (key instanceof Value.Whole(long index) && of instanceof Value.Items(var items, boolean fixed)) {
            long at = index < 0 ? index + items.size() : index;
            if (at >= 0 && at < items.size()) {
                return items.get((int) at);
            }
        }
        if (key instanceof Value.Whole(long index) && of instanceof Text text) {
            int length = Strings.length(text);
            long at = index < 0 ? index + length : index;
            if (at >= 0 && at < length) {
                return point(text, (int) at);
            }
        }
        return key instanceof Text name
                ? named(of, name.string(), budget)
                : new Value.Undefined("item %s".formatted(PythonText.literal(key, budget)));
    }

    private static Value point(Text text, int index) {
        int start = text.string().offsetByCodePoints(0, index);
        return text.substring(start, text.string().offsetByCodePoints(start, 1));
    }

    /** {@code of.name}: a method or state first, then a key. */
    static Value attribute(Value of, String name, Budget budget) {
        if (of instanceof Value.Undefined) {
            throw budget.failed("%s has no '%s'".formatted(Operators.kind(of), name));
        }
        Value named = named(of, name, budget);
        if (named instanceof Value.Undefined && of instanceof Value.Mapping(var entries)) {
            Value value = entries.get(Text.own(name));
            return value == null ? named : value;
        }
        return named;
    }

    private static Value named(Value of, String name, Budget budget) {
        budget.tick();
        Value missing = new Value.Undefined("'%s'".formatted(name));
        return switch (of) {
            case LoopState loop -> loop.attribute(name);
            case Value.Namespace(var attributes) -> attributes.getOrDefault(name, missing);
            default -> Methods.find(of, name).orElse(missing);
        };
    }

    /** A slice's bounds; null parts of the source are given as missing. */
    record Bounds(Value start, Value stop, Value step) {}

    static Value slice(Value of, Bounds bounds, Budget budget) {
        List<Value> items = switch (of) {
            case Value.Items(var list, boolean fixed) -> list;
            case Text text -> Strings.characters(text, budget);
            default -> throw budget.failed("%s cannot be sliced".formatted(Operators.kind(of)));
        };
        List<Value> slice = slice(items, bounds, budget);
        return switch (of) {
            case Text text -> Strings.join(Value.EMPTY, slice, budget);
            case Value.Items list -> new Value.Items(List.copyOf(slice), list.fixed());
            default -> Value.Items.list(slice);
        };
    }

    private static List<Value> slice(List<Value> items, Bounds bounds, Budget budget) {
        int step = bounds.step() instanceof Value.None ? 1 : Operators.index(bounds.step(), budget);
        if (step == 0) {
            throw budget.failed("the step of a slice must not be 0");
        }
        budget.items(items.size());
        int size = items.size();
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? size : size - 1;
        int start = bound(bounds.start(), step > 0 ? low : high, new Range(low, high, size), budget);
        int stop = bound(bounds.stop(), step > 0 ? high : low, new Range(low, high, size), budget);
        List<Value> slice = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            slice.add(items.get((int) i));
        }
        return slice;
    }

    private record Range(int low, int high, int size) {}

    private static int bound(Value bound, int otherwise, Range range, Budget budget) {
        if (bound instanceof Value.None) {
            return otherwise;
        }
        int index = Operators.index(bound, budget);
        long fromStart = index < 0 ? (long) index + range.size() : index;
        return Math.clamp(fromStart, range.low(), range.high());
    }

    static List<Value> reversed(List<Value> items) {
        List<Value> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        return reversed;
    }
}
