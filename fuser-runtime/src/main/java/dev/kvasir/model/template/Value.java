package dev.kvasir.model.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Everything a template can hold. Nothing here leads to a Java object. */
sealed interface Value
        permits Value.None,
                Value.Undefined,
                Value.Bool,
                Value.Whole,
                Value.Real,
                Value.Items,
                Value.Mapping,
                Value.Namespace,
                Value.Function,
                Text,
                LoopState {

    None NONE = new None();
    Bool TRUE = new Bool(true);
    Bool FALSE = new Bool(false);
    Text EMPTY = Text.own("");

    static Bool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Whole of(long value) {
        return new Whole(value);
    }

    record None() implements Value {}

    /** A name, key or attribute that is not there: prints as nothing, is false and empty, and fails on any other use. */
    record Undefined(String what) implements Value {}

    record Bool(boolean value) implements Value {}

    record Whole(long value) implements Value {}

    record Real(double value) implements Value {}

    /** A list or, if {@code fixed}, a tuple. */
    record Items(List<Value> items, boolean fixed) implements Value {
        static Items list(List<? extends Value> items) {
            return new Items(List.copyOf(items), false);
        }

        static Items tuple(List<? extends Value> items) {
            return new Items(List.copyOf(items), true);
        }
    }

    /** A dictionary; keys are texts or numbers. */
    record Mapping(SequencedMap<Value, Value> entries) implements Value {
        static Mapping of(Map<? extends Value, ? extends Value> entries) {
            return new Mapping(new LinkedHashMap<>(entries));
        }
    }

    /** What {@code namespace()} makes: the only thing a template can change. */
    record Namespace(Map<String, Value> attributes) implements Value {}

    /** A macro, a method bound to its value, or a function of the environment. */
    @FunctionalInterface
    non-sealed interface Function extends Value {
        Value call(Arguments arguments, Budget budget);
    }
}
