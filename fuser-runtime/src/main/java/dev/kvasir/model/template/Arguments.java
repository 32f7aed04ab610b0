package dev.kvasir.model.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a filter, test, method, function or macro is called with. */
record Arguments(List<Value> positional, Map<String, Value> named) {

    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Value... values) {
        return new Arguments(List.of(values), Map.of());
    }

    Optional<Value> find(int index, String name) {
        if (index < positional.size()) {
            return Optional.of(positional.get(index));
        }
        return Optional.ofNullable(named.get(name));
    }

    Value get(int index, String name, Budget budget) {
        return find(index, name).orElseThrow(() -> budget.failed("the argument '%s' is missing".formatted(name)));
    }

    /** The argument, or nothing where it is missing or none. */
    Optional<Value> given(int index, String name) {
        return find(index, name).filter(value -> !(value instanceof Value.None));
    }

    Text text(int index, String name, Budget budget) {
        return Operators.text(get(index, name, budget), name, budget);
    }

    int integer(int index, String name, Budget budget) {
        return Operators.index(get(index, name, budget), budget);
    }

    int integer(int index, String name, int otherwise, Budget budget) {
        return given(index, name).map(value -> Operators.index(value, budget)).orElse(otherwise);
    }

    boolean flag(int index, String name) {
        return find(index, name).map(Operators::truth).orElse(false);
    }
}
