package dev.kvasir.model.template;

import dev.kvasir.model.template.Expression.CallArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The values of expressions, within a budget. */
final class Evaluator {

    private final Budget budget;

    Evaluator(Budget budget) {
        this.budget = budget;
    }

    Value value(Expression expression, Scope scope) {
        budget.tick();
        return switch (expression) {
            case Expression.Literal(var value) -> value;
            case Expression.Name(var name) -> scope.get(name);
            case Expression.Sequence(var items, boolean tuple) -> new Value.Items(values(items, scope), tuple);
            case Expression.Dictionary dictionary -> dictionary(dictionary, scope);
            case Expression.Attribute(var of, var name) -> Sequences.attribute(value(of, scope), name, budget);
            case Expression.Item(var of, var key) -> Sequences.item(value(of, scope), value(key, scope), budget);
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call(var function, var arguments) -> call(function, arguments(arguments, scope), scope);
            case Expression.Filter(var input, var name, var arguments) ->
                Filters.apply(name, value(input, scope), arguments(arguments, scope), budget);
            case Expression.Test test -> test(test, scope);
            case Expression.Unary(var operator, var operand) -> unary(operator, value(operand, scope));
            case Expression.Binary binary -> binary(binary, scope);
            case Expression.Comparison comparison -> Value.of(holds(comparison, scope));
            case Expression.Condition condition -> condition(condition, scope);
        };
    }

    boolean truth(Expression expression, Scope scope) {
        return Operators.truth(value(expression, scope));
    }

    private List<Value> values(List<Expression> expressions, Scope scope) {
        List<Value> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression, scope));
        }
        return List.copyOf(values);
    }

    private Value dictionary(Expression.Dictionary dictionary, Scope scope) {
        SequencedMap<Value, Value> entries = new LinkedHashMap<>();
        for (int i = 0; i < dictionary.keys().size(); i++) {
            Value key = Operators.key(value(dictionary.keys().get(i), scope), budget);
            entries.put(key, value(dictionary.values().get(i), scope));
        }
        return new Value.Mapping(entries);
    }

    private Value slice(Expression.Slice slice, Scope scope) {
        Sequences.Bounds bounds = new Sequences.Bounds(
                bound(slice.start(), scope), bound(slice.stop(), scope), bound(slice.step(), scope));
        return Sequences.slice(value(slice.of(), scope), bounds, budget);
    }

    private Value bound(@Nullable Expression bound, Scope scope) {
        return bound == null ? Value.NONE : value(bound, scope);
    }

    Arguments arguments(CallArguments arguments, Scope scope) {
        Map<String, Value> named = new LinkedHashMap<>();
        arguments.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return new Arguments(values(arguments.positional(), scope), named);
    }

    Value call(Expression called, Arguments arguments, Scope scope) {
        Value function = value(called, scope);
        if (function instanceof LoopState loop) {
            return loop.again().call(arguments, budget);
        }
        if (!(function instanceof Value.Function callable)) {
            throw budget.failed("%s cannot be called".formatted(Operators.kind(function)));
        }
        return callable.call(arguments, budget);
    }

    private Value test(Expression.Test test, Scope scope) {
        boolean holds =
                Tests.holds(test.name(), value(test.input(), scope), arguments(test.arguments(), scope), budget);
        return Value.of(holds != test.negated());
    }

    private Value unary(String operator, Value operand) {
        return switch (operator) {
            case "not" -> Value.of(!Operators.truth(operand));
            case "-" -> Numbers.negate(operand, budget);
            default -> Numbers.calculate("+", Value.of(0), operand, budget);
        };
    }

    private Value binary(Expression.Binary binary, Scope scope) {
        Value left = value(binary.left(), scope);
        return switch (binary.operator()) {
            case "and" -> Operators.truth(left) ? value(binary.right(), scope) : left;
            case "or" -> Operators.truth(left) ? left : value(binary.right(), scope);
            default -> Operators.binary(binary.operator(), left, value(binary.right(), scope), budget);
        };
    }

    private boolean holds(Expression.Comparison comparison, Scope scope) {
        Value left = value(comparison.first(), scope);
        for (int i = 0; i < comparison.operators().size(); i++) {
            Value right = value(comparison.others().get(i), scope);
            if (!Operators.compare(comparison.operators().get(i), left, right, budget)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Value condition(Expression.Condition condition, Scope scope) {
        if (truth(condition.test(), scope)) {
            return value(condition.yes(), scope);
        }
        Expression no = condition.no();
        return no == null ? new Value.Undefined("the missing 'else'") : value(no, scope);
    }
}
