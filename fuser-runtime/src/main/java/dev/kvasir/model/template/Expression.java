package dev.kvasir.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands between the tags and has a value. */
sealed interface Expression {

    record Literal(Value value) implements Expression {}

    record Name(String name) implements Expression {}

    record Sequence(List<Expression> items, boolean tuple) implements Expression {}

    record Dictionary(List<Expression> keys, List<Expression> values) implements Expression {}

    /** {@code of.name}: a method first, then a key. */
    record Attribute(Expression of, String name) implements Expression {}

    /** {@code of[key]}: a key first, then a method. */
    record Item(Expression of, Expression key) implements Expression {}

    record Slice(
            Expression of,
            @Nullable Expression start,
            @Nullable Expression stop,
            @Nullable Expression step) implements Expression {}

    record Call(Expression function, CallArguments arguments) implements Expression {}

    record Filter(Expression input, String name, CallArguments arguments) implements Expression {}

    record Test(Expression input, String name, CallArguments arguments, boolean negated) implements Expression {}

    record Unary(String operator, Expression operand) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code first < second == third}: each neighbour pair must hold. */
    record Comparison(Expression first, List<String> operators, List<Expression> others) implements Expression {}

    record Condition(
            Expression test, Expression yes, @Nullable Expression no) implements Expression {}

    /** Arguments as written. */
    record CallArguments(List<Expression> positional, Map<String, Expression> named) {
        static final CallArguments NONE = new CallArguments(List.of(), Map.of());
    }
}
