package dev.kvasir.model.template;

import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import java.util.List;

/** Walks over tokens; counts how deep the parser nests. */
final class TokenReader {

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    boolean skipOperator(String operator) {
        if (peek().operator(operator)) {
            next();
            return true;
        }
        return false;
    }

    boolean skipName(String name) {
        if (peek().name(name)) {
            next();
            return true;
        }
        return false;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'%s'".formatted(operator));
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'%s'".formatted(name));
        }
    }

    String expectAnyName() {
        if (peek().kind() != Token.Kind.NAME) {
            throw unexpected("a name");
        }
        return next().value();
    }

    void expect(Token.Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        next();
    }

    /** Enters one level of nesting; pair with {@link #leave}. */
    void enter() {
        if (++depth > Budget.MAX_NESTING) {
            throw new ChatTemplateException(
                    Kind.LIMIT,
                    "Chat template, line %d: it nests more than %d deep".formatted(peek().line(), Budget.MAX_NESTING));
        }
    }

    void leave() {
        leave(1);
    }

    void leave(int levels) {
        depth -= levels;
    }

    ChatTemplateException unexpected(String wanted) {
        Token token = peek();
        String found = switch (token.kind()) {
            case DATA -> "text";
            case BLOCK_BEGIN, PRINT_BEGIN -> "the start of a tag";
            case BLOCK_END, PRINT_END -> "the end of the tag";
            case END -> "the end of the template";
            case NAME, TEXT, WHOLE, REAL, OPERATOR -> "'%s'".formatted(token.value());
        };
        return syntax("%s is expected, but %s stands there".formatted(wanted, found));
    }

    ChatTemplateException syntax(String message) {
        return new ChatTemplateException(Kind.SYNTAX, "Chat template, line %d: %s".formatted(peek().line(), message));
    }
}
