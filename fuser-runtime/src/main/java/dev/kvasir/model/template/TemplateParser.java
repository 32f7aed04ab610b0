package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole template. */
final class TemplateParser {

    private final TokenReader in;
    private final ExpressionParser expressions;
    private int loops;

    private TemplateParser(TokenReader in) {
        this.in = in;
        this.expressions = new ExpressionParser(in);
    }

    static List<Statement> parse(String source) {
        TemplateParser parser = new TemplateParser(new TokenReader(Lexer.tokens(source)));
        List<Statement> statements = parser.body(Set.of());
        if (parser.in.peek().kind() != Token.Kind.END) {
            throw parser.in.unexpected("the end of the template");
        }
        return statements;
    }

    /** Statements up to a block that starts with one of the names, which is left to be read. */
    private List<Statement> body(Set<String> ends) {
        in.enter();
        List<Statement> statements = new ArrayList<>();
        while (in.peek().kind() != Token.Kind.END) {
            Token token = in.peek();
            switch (token.kind()) {
                case DATA ->
                    statements.add(new Statement.Output(
                            token.line(), Text.own(in.next().value())));
                case PRINT_BEGIN -> statements.add(print());
                default -> {
                    if (ends.contains(in.peekSecond().value())) {
                        in.leave();
                        return statements;
                    }
                    in.next();
                    block(token.line(), statements);
                }
            }
        }
        if (!ends.isEmpty()) {
            throw in.syntax("'%s' is missing"
                    .formatted(ends.stream()
                            .sorted()
                            .reduce((a, b) -> a + "' or '" + b)
                            .orElse("")));
        }
        in.leave();
        return statements;
    }

    private Statement print() {
        int line = in.next().line();
        Expression value = expressions.parseTuple();
        in.expect(Token.Kind.PRINT_END, "'}}'");
        return new Statement.Print(line, value);
    }

    private void block(int line, List<Statement> into) {
        String name = in.expectAnyName();
        switch (name) {
            case "if" -> into.add(choice(line));
            case "for" -> into.add(loop(line));
            case "set" -> into.add(set(line));
            case "macro" -> into.add(macro(line));
            case "call" -> into.add(call(line));
            case "filter" -> into.add(filter(line));
            case "with" -> into.add(with(line));
            case "break", "continue" -> into.add(leap(line, name));
            case "generation" -> {
                blockEnd();
                into.addAll(body(Set.of("endgeneration")));
                end("endgeneration");
            }
            default -> throw in.syntax("there is no statement '%s'".formatted(name));
        }
    }

    private Statement leap(int line, String name) {
        if (loops == 0) {
            throw in.syntax("'%s' stands outside of a loop".formatted(name));
        }
        blockEnd();
        return name.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
    }

    private Statement choice(int line) {
        List<Statement.Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        int at = line;
        while (true) {
            Expression test = expressions.parseTuple();
            blockEnd();
            branches.add(new Statement.Branch(at, test, body(Set.of("elif", "else", "endif"))));
            at = in.next().line();
            if (in.skipName("elif")) {
                continue;
            }
            if (in.skipName("else")) {
                blockEnd();
                otherwise = body(Set.of("endif"));
                in.next();
            }
            in.expectName("endif");
            blockEnd();
            return new Statement.Choice(line, branches, otherwise);
        }
    }

    private Statement loop(int line) {
        List<String> targets = targets();
        in.expectName("in");
        Expression over = expressions.parseWithoutCondition();
        @Nullable Expression onlyIf = in.skipName("if") ? expressions.parse() : null;
        boolean recursive = in.skipName("recursive");
        blockEnd();
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        in.next();
        List<Statement> otherwise = List.of();
        if (in.skipName("else")) {
            blockEnd();
            otherwise = body(Set.of("endfor"));
            in.next();
        }
        in.expectName("endfor");
        blockEnd();
        return new Statement.Loop(line, targets, over, onlyIf, body, otherwise, recursive);
    }

    private List<String> targets() {
        boolean bracketed = in.skipOperator("(");
        List<String> names = new ArrayList<>(List.of(in.expectAnyName()));
        while (in.skipOperator(",")) {
            if (in.peek().kind() != Token.Kind.NAME) {
                break;
            }
            names.add(in.expectAnyName());
        }
        if (bracketed) {
            in.expectOperator(")");
        }
        return names;
    }

    private Statement set(int line) {
        List<String> targets = targets();
        String first = targets.getFirst();
        if (targets.size() == 1 && in.skipOperator(".")) {
            String attribute = in.expectAnyName();
            in.expectOperator("=");
            Expression value = expressions.parseTuple();
            blockEnd();
            return new Statement.AssignAttribute(line, first, attribute, value);
        }
        if (in.skipOperator("=")) {
            Expression value = expressions.parseTuple();
            blockEnd();
            return new Statement.Assign(line, targets, value);
        }
        if (targets.size() > 1) {
            throw in.unexpected("'='");
        }
        Expression filtered = filters();
        blockEnd();
        List<Statement> body = body(Set.of("endset"));
        end("endset");
        return new Statement.Capture(line, first, body, filtered);
    }

    private Expression filters() {
        return moreFilters(new Expression.Name(Statement.CAPTURED));
    }

    private Expression moreFilters(Expression input) {
        Expression filtered = input;
        int levels = 0;
        while (in.skipOperator("|")) {
            in.enter();
            levels++;
            filtered = expressions.filter(filtered);
        }
        in.leave(levels);
        return filtered;
    }

    private Statement macro(int line) {
        String name = in.expectAnyName();
        return macro(line, name, "endmacro");
    }

    private Statement.Macro macro(int line, String name, String close) {
        List<String> parameters = new ArrayList<>();
        Map<String, Expression> defaults = new LinkedHashMap<>();
        if (in.peek().operator("(")) {
            parameters(parameters, defaults);
        }
        return macroBody(new Statement.Macro(line, name, parameters, defaults, List.of()), close);
    }

    private Statement.Macro macroBody(Statement.Macro head, String close) {
        blockEnd();
        int outer = loops;
        loops = 0;
        List<Statement> body = body(Set.of(close));
        loops = outer;
        end(close);
        return new Statement.Macro(head.line(), head.name(), head.parameters(), head.defaults(), body);
    }

    private void parameters(List<String> parameters, Map<String, Expression> defaults) {
        in.expectOperator("(");
        while (!in.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                in.expectOperator(",");
            }
            String name = in.expectAnyName();
            parameters.add(name);
            if (in.skipOperator("=")) {
                defaults.put(name, expressions.parse());
            }
        }
    }

    private Statement call(int line) {
        List<String> parameters = new ArrayList<>();
        Map<String, Expression> defaults = new LinkedHashMap<>();
        if (in.peek().operator("(")) {
            parameters(parameters, defaults);
        }
        if (!(expressions.parse() instanceof Expression.Call call)) {
            throw in.syntax("a call of a macro is expected");
        }
        Statement.Macro head = new Statement.Macro(line, "caller", parameters, defaults, List.of());
        return new Statement.CallBlock(line, macroBody(head, "endcall"), call);
    }

    private Statement filter(int line) {
        Expression filtered = moreFilters(expressions.filter(new Expression.Name(Statement.CAPTURED)));
        blockEnd();
        List<Statement> body = body(Set.of("endfilter"));
        end("endfilter");
        return new Statement.FilterBlock(line, body, filtered);
    }

    private Statement with(int line) {
        Map<String, Expression> variables = new LinkedHashMap<>();
        while (in.peek().kind() != Token.Kind.BLOCK_END) {
            if (!variables.isEmpty()) {
                in.expectOperator(",");
            }
            String name = in.expectAnyName();
            in.expectOperator("=");
            variables.put(name, expressions.parse());
        }
        blockEnd();
        List<Statement> body = body(Set.of("endwith"));
        end("endwith");
        return new Statement.With(line, variables, body);
    }

    private void end(String name) {
        in.next();
        in.expectName(name);
        blockEnd();
    }

    private void blockEnd() {
        in.expect(Token.Kind.BLOCK_END, "'%}'");
    }
}
