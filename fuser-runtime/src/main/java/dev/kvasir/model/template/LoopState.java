package dev.kvasir.model.template;

import java.util.List;

/** The {@code loop} of a for statement: where it stands. */
final class LoopState implements Value {

    private final List<Value> items;
    private final int depth;
    private final Function again;
    private int index;
    private List<Value> lastChecked = List.of();
    private boolean checked;

    /** @param again renders the loop's body over other items; fails unless the loop is recursive */
    LoopState(List<Value> items, int depth, Function again) {
        this.items = items;
        this.depth = depth;
        this.again = again;
    }

    int depth() {
        return depth;
    }

    Function again() {
        return again;
    }

    void moveTo(int newIndex) {
        index = newIndex;
    }

    Value attribute(String name) {
        return switch (name) {
            case "index" -> Value.of(index + 1);
            case "index0" -> Value.of(index);
            case "revindex" -> Value.of(items.size() - index);
            case "revindex0" -> Value.of(items.size() - index - 1);
            case "first" -> Value.of(index == 0);
            case "last" -> Value.of(index == items.size() - 1);
            case "length" -> Value.of(items.size());
            case "depth" -> Value.of(depth + 1);
            case "depth0" -> Value.of(depth);
            case "previtem" -> neighbour(index - 1, name);
            case "nextitem" -> neighbour(index + 1, name);
            case "cycle" -> (Function) (arguments, budget) -> cycle(arguments, budget);
            case "changed" -> (Function) (arguments, budget) -> changed(arguments, budget);
            default -> new Undefined("'loop.%s'".formatted(name));
        };
    }

    private Value neighbour(int at, String name) {
        return at >= 0 && at < items.size() ? items.get(at) : new Undefined("'loop.%s'".formatted(name));
    }

    private Value cycle(Arguments arguments, Budget budget) {
        List<Value> values = arguments.positional();
        if (values.isEmpty()) {
            throw budget.failed("loop.cycle needs something to cycle through");
        }
        return values.get(index % values.size());
    }

    private Value changed(Arguments arguments, Budget budget) {
        Value now = Items.list(arguments.positional());
        boolean changed = !checked || !Operators.equal(Items.list(lastChecked), now, budget);
        checked = true;
        lastChecked = arguments.positional();
        return Value.of(changed);
    }
}
