package dev.kvasir.model.template;

import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;

/** What may stand after {@code is}. */
final class Tests {

    private interface Test {
        boolean holds(Value value, Arguments arguments, Budget budget);
    }

    private static final Map<String, Test> ALL = Map.ofEntries(
            test("defined", (v, a) -> !(v instanceof Value.Undefined)),
            test("undefined", (v, a) -> v instanceof Value.Undefined),
            test("none", (v, a) -> v instanceof Value.None),
            test("string", (v, a) -> v instanceof Text),
            test("number", (v, a) -> Numbers.isNumber(v)),
            test("integer", (v, a) -> v instanceof Value.Whole),
            test("float", (v, a) -> v instanceof Value.Real),
            test("boolean", (v, a) -> v instanceof Value.Bool),
            test("true", (v, a) -> v.equals(Value.TRUE)),
            test("false", (v, a) -> v.equals(Value.FALSE)),
            test("mapping", (v, a) -> v instanceof Value.Mapping),
            test("iterable", (v, a) -> isIterable(v)),
            test("sequence", (v, a) -> isIterable(v) && !(v instanceof Value.Undefined)),
            test("callable", (v, a) -> v instanceof Value.Function),
            test(
                    "lower",
                    (v, a) ->
                            v instanceof Text t && t.string().equals(t.string().toLowerCase(Locale.ROOT))),
            test(
                    "upper",
                    (v, a) ->
                            v instanceof Text t && t.string().equals(t.string().toUpperCase(Locale.ROOT))),
            Map.entry("odd", (v, a, b) -> remainder(v, 2, b) == 1),
            Map.entry("even", (v, a, b) -> remainder(v, 2, b) == 0),
            Map.entry("divisibleby", (v, a, b) -> remainder(v, a.integer(0, "num", b), b) == 0),
            comparison("eq", "=="),
            comparison("equalto", "=="),
            comparison("==", "=="),
            comparison("sameas", "=="),
            comparison("ne", "!="),
            comparison("lt", "<"),
            comparison("lessthan", "<"),
            comparison("le", "<="),
            comparison("gt", ">"),
            comparison("greaterthan", ">"),
            comparison("ge", ">="),
            comparison("in", "in"));

    private Tests() {}

    private static Map.Entry<String, Test> test(String name, BiPredicate<Value, Arguments> test) {
        return Map.entry(name, (value, arguments, budget) -> test.test(value, arguments));
    }

    private static Map.Entry<String, Test> comparison(String name, String operator) {
        return Map.entry(
                name,
                (value, arguments, budget) ->
                        Operators.compare(operator, value, arguments.get(0, "other", budget), budget));
    }

    static boolean known(String name) {
        return ALL.containsKey(name);
    }

    static boolean holds(String name, Value value, Arguments arguments, Budget budget) {
        Test test = ALL.get(name);
        if (test == null) {
            throw budget.failed("there is no test '%s'".formatted(name));
        }
        return test.holds(value, arguments, budget);
    }

    private static boolean isIterable(Value value) {
        return value instanceof Text
                || value instanceof Value.Items
                || value instanceof Value.Mapping
                || value instanceof Value.Undefined;
    }

    private static long remainder(Value value, long by, Budget budget) {
        return Operators.index(Numbers.calculate("%", value, Value.of(by), budget), budget);
    }
}
