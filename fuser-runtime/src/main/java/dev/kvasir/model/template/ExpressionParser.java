package dev.kvasir.model.template;

import dev.kvasir.model.template.Expression.CallArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads expressions, loosest binding first. Chains count as nesting, for evaluating them nests. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NOT_A_TEST_ARGUMENT = Set.of("else", "or", "and", "if", "in", "is", "not");

    private final TokenReader in;

    ExpressionParser(TokenReader in) {
        this.in = in;
    }

    /** An expression, or several with commas between: a tuple. */
    Expression parseTuple() {
        Expression first = parse();
        return in.peek().operator(",") ? tupleFrom(first) : first;
    }

    Expression parse() {
        return nested(this::condition);
    }

    /** An expression without a condition: the {@code if} of a for statement follows it. */
    Expression parseWithoutCondition() {
        Expression first = nested(this::or);
        return in.peek().operator(",") ? tupleFrom(first) : first;
    }

    private Expression nested(Supplier<Expression> parser) {
        in.enter();
        Expression expression = parser.get();
        in.leave();
        return expression;
    }

    private Expression tupleFrom(Expression first) {
        List<Expression> items = new ArrayList<>(List.of(first));
        while (in.skipOperator(",") && startsExpression()) {
            items.add(parse());
        }
        return new Expression.Sequence(items, true);
    }

    private boolean startsExpression() {
        Token token = in.peek();
        return switch (token.kind()) {
            case NAME -> !Set.of("in", "if", "else", "recursive").contains(token.value());
            case TEXT, WHOLE, REAL -> true;
            case OPERATOR -> "([{+-".contains(token.value());
            case DATA, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END -> false;
        };
    }

    private Expression condition() {
        Expression value = or();
        int levels = 0;
        while (in.skipName("if")) {
            in.enter();
            levels++;
            Expression test = or();
            @Nullable Expression no = in.skipName("else") ? parse() : null;
            value = new Expression.Condition(test, value, no);
        }
        in.leave(levels);
        return value;
    }

    private Expression or() {
        return chain(this::and, () -> in.skipName("or") ? "or" : null);
    }

    private Expression and() {
        return chain(this::not, () -> in.skipName("and") ? "and" : null);
    }

    private Expression not() {
        if (in.peek().name("not") && !in.peekSecond().name("in")) {
            in.next();
            return new Expression.Unary("not", nested(this::not));
        }
        return comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            operators.add(operator);
            others.add(sum());
        }
        return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
    }

    private @Nullable String comparisonOperator() {
        Token token = in.peek();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.value())) {
            return in.next().value();
        }
        if (in.skipName("in")) {
            return "in";
        }
        if (token.name("not") && in.peekSecond().name("in")) {
            in.next();
            in.next();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        return chain(this::concatenation, () -> operator("+", "-"));
    }

    private Expression concatenation() {
        return chain(this::product, () -> operator("~"));
    }

    private Expression product() {
        return chain(this::power, () -> operator("*", "/", "//", "%"));
    }

    private Expression power() {
        return chain(() -> unary(true), () -> operator("**"));
    }

    private @Nullable String operator(String... any) {
        for (String operator : any) {
            if (in.skipOperator(operator)) {
                return operator;
            }
        }
        return null;
    }

    private Expression chain(Supplier<Expression> operand, Supplier<@Nullable String> operator) {
        Expression left = operand.get();
        int levels = 0;
        for (String next = operator.get(); next != null; next = operator.get()) {
            in.enter();
            levels++;
            left = new Expression.Binary(next, left, operand.get());
        }
        in.leave(levels);
        return left;
    }

    private Expression unary(boolean filtered) {
        @Nullable String sign = operator("-", "+");
        if (sign != null) {
            Expression operand = nested(() -> unary(false));
            Expression signed = new Expression.Unary(sign, operand);
            return filtered ? afterwards(signed, true) : signed;
        }
        return afterwards(primary(), filtered);
    }

    private Expression afterwards(Expression operand, boolean filtered) {
        Expression value = operand;
        int levels = 0;
        while (true) {
            @Nullable Expression next = postfix(value);
            if (next == null && filtered) {
                next = filterOrTest(value);
            }
            if (next == null) {
                in.leave(levels);
                return value;
            }
            in.enter();
            levels++;
            value = next;
        }
    }

    private @Nullable Expression postfix(Expression value) {
        if (in.skipOperator(".")) {
            Token name = in.next();
            if (name.kind() == Token.Kind.WHOLE) {
                return new Expression.Item(value, literal(name));
            }
            if (name.kind() != Token.Kind.NAME) {
                throw in.syntax("a name must follow the point");
            }
            return new Expression.Attribute(value, name.value());
        }
        if (in.skipOperator("[")) {
            return subscript(value);
        }
        return in.peek().operator("(") ? new Expression.Call(value, arguments()) : null;
    }

    private Expression subscript(Expression value) {
        @Nullable Expression start = in.peek().operator(":") ? null : parse();
        if (start != null && in.skipOperator("]")) {
            return new Expression.Item(value, start);
        }
        in.expectOperator(":");
        @Nullable Expression stop = in.peek().operator(":") || in.peek().operator("]") ? null : parse();
        @Nullable Expression step = in.skipOperator(":") && !in.peek().operator("]") ? parse() : null;
        in.expectOperator("]");
        return new Expression.Slice(value, start, stop, step);
    }

    private @Nullable Expression filterOrTest(Expression value) {
        if (in.skipOperator("|")) {
            return filter(value);
        }
        return in.skipName("is") ? test(value) : null;
    }

    /** The filter whose name comes next. */
    Expression filter(Expression value) {
        String name = in.expectAnyName();
        if (!Filters.known(name)) {
            throw in.syntax("there is no filter '%s'".formatted(name));
        }
        return new Expression.Filter(value, name, in.peek().operator("(") ? arguments() : CallArguments.NONE);
    }

    private Expression test(Expression value) {
        boolean negated = in.skipName("not");
        String name = in.expectAnyName();
        if (!Tests.known(name)) {
            throw in.syntax("there is no test '%s'".formatted(name));
        }
        CallArguments arguments = CallArguments.NONE;
        if (in.peek().operator("(")) {
            arguments = arguments();
        } else if (startsTestArgument()) {
            arguments = new CallArguments(List.of(nested(() -> afterwards(primary(), false))), Map.of());
        }
        return new Expression.Test(value, name, arguments, negated);
    }

    private boolean startsTestArgument() {
        Token token = in.peek();
        return switch (token.kind()) {
            case NAME -> !NOT_A_TEST_ARGUMENT.contains(token.value());
            case TEXT, WHOLE, REAL -> true;
            case OPERATOR -> "[{".contains(token.value());
            case DATA, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END -> false;
        };
    }

    private CallArguments arguments() {
        in.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!in.skipOperator(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator(")")) {
                    break;
                }
            }
            if (in.peek().kind() == Token.Kind.NAME && in.peekSecond().operator("=")) {
                String name = in.next().value();
                in.next();
                named.put(name, parse());
            } else {
                positional.add(parse());
            }
        }
        return new CallArguments(positional, named);
    }

    private Expression primary() {
        Token token = in.peek();
        return switch (token.kind()) {
            case NAME -> name(in.next());
            case TEXT -> text();
            case WHOLE, REAL -> literal(in.next());
            case OPERATOR -> bracketed();
            case DATA, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END -> throw in.unexpected("an expression");
        };
    }

    private Expression name(Token token) {
        return switch (token.value()) {
            case "true", "True" -> new Expression.Literal(Value.TRUE);
            case "false", "False" -> new Expression.Literal(Value.FALSE);
            case "none", "None" -> new Expression.Literal(Value.NONE);
            default -> new Expression.Name(token.value());
        };
    }

    private Expression text() {
        StringBuilder text = new StringBuilder();
        while (in.peek().kind() == Token.Kind.TEXT) {
            text.append(in.next().value());
        }
        return new Expression.Literal(Text.own(text.toString()));
    }

    private Expression literal(Token token) {
        try {
            return new Expression.Literal(
                    token.kind() == Token.Kind.REAL
                            ? new Value.Real(Double.parseDouble(token.value()))
                            : Value.of(Long.parseLong(token.value())));
        } catch (NumberFormatException e) {
            throw in.syntax("the number %s is too large".formatted(token.value()));
        }
    }

    private Expression bracketed() {
        if (in.skipOperator("(")) {
            if (in.skipOperator(")")) {
                return new Expression.Sequence(List.of(), true);
            }
            Expression inner = parseTuple();
            in.expectOperator(")");
            return inner;
        }
        if (in.skipOperator("[")) {
            return list();
        }
        if (in.skipOperator("{")) {
            return dictionary();
        }
        throw in.unexpected("an expression");
    }

    private Expression list() {
        List<Expression> items = new ArrayList<>();
        while (!in.skipOperator("]")) {
            if (!items.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator("]")) {
                    break;
                }
            }
            items.add(parse());
        }
        return new Expression.Sequence(items, false);
    }

    private Expression dictionary() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!in.skipOperator("}")) {
            if (!keys.isEmpty()) {
                in.expectOperator(",");
                if (in.skipOperator("}")) {
                    break;
                }
            }
            keys.add(parse());
            in.expectOperator(":");
            values.add(parse());
        }
        return new Expression.Dictionary(keys, values);
    }
}
