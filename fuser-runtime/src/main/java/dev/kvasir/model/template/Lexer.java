package dev.kvasir.model.template;

import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ChatTemplateException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a template into tokens, with trim_blocks and lstrip_blocks on. */
final class Lexer {

    private static final Set<String> LONG_OPERATORS = Set.of("**", "//", "==", "!=", "<=", ">=");
    private static final String SHORT_OPERATORS = "+-*/%~=<>()[]{}.,:|";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    /** Whether text from {@link #at} on is the start of a line as far as lstrip_blocks is concerned. */
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        return new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines).run();
    }

    private List<Token> run() {
        while (at < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                data(source.substring(at));
                advance(source.length());
            } else {
                tag(tag);
            }
        }
        tokens.add(new Token(Token.Kind.END, "", line));
        return List.copyOf(tokens);
    }

    private int nextTag() {
        for (int i = at; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void tag(int tag) {
        char kind = source.charAt(tag + 1);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        boolean signed = sign == '-' || (sign == '+' && kind != '{');
        data(before(tag, kind, sign));
        advance(tag + (signed ? 3 : 2));
        switch (kind) {
            case '#' -> comment();
            case '{' -> code(Token.Kind.PRINT_BEGIN, Token.Kind.PRINT_END, "}}");
            default -> block();
        }
    }

    /** The text before a tag, without the white space that the tag takes away. */
    private String before(int tag, char kind, char sign) {
        String text = source.substring(at, tag);
        if (sign == '-') {
            return text.stripTrailing();
        }
        if (kind == '{' || sign == '+') {
            return text;
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean wholeLine = lineStart > 0 || lineStarting;
        return wholeLine && text.substring(lineStart).isBlank() ? text.substring(0, lineStart) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Token.Kind.DATA, text, line));
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw syntax("a comment is not closed by '#}'");
        }
        char sign = end > at ? source.charAt(end - 1) : ' ';
        advance(end + 2);
        afterBlock(sign);
    }

    private void block() {
        int begin = tokens.size();
        code(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
        if (tokens.size() == begin + 3 && tokens.get(begin + 1).name("raw")) {
            tokens.subList(begin, tokens.size()).clear();
            raw();
        }
    }

    private void raw() {
        for (int i = source.indexOf("{%", at); i >= 0; i = source.indexOf("{%", i + 2)) {
            int word = i + 2;
            char sign = word < source.length() ? source.charAt(word) : ' ';
            word = skipSpace(sign == '-' || sign == '+' ? word + 1 : word);
            int end = source.startsWith("endraw", word) ? skipSpace(word + "endraw".length()) : -1;
            if (end >= 0 && source.startsWith("%}", skipSign(end))) {
                data(before(i, '%', sign));
                char last = source.charAt(end);
                advance(skipSign(end) + 2);
                afterBlock(last);
                return;
            }
        }
        throw syntax("'raw' is not closed by 'endraw'");
    }

    private int skipSign(int index) {
        return index < source.length() && "+-".indexOf(source.charAt(index)) >= 0 ? index + 1 : index;
    }

    private int skipSpace(int index) {
        int i = index;
        while (i < source.length() && Character.isWhitespace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    private void code(Token.Kind begin, Token.Kind end, String close) {
        tokens.add(new Token(begin, "", line));
        int braces = 0;
        while (true) {
            advance(skipSpace(at));
            if (at >= source.length()) {
                throw syntax("a tag is not closed by '%s'".formatted(close));
            }
            char sign = source.charAt(at);
            if (braces == 0 && source.startsWith(close, skipSign(at))) {
                tokens.add(new Token(end, "", line));
                boolean signed = skipSign(at) > at;
                advance(skipSign(at) + 2);
                afterCode(end, signed ? sign : ' ');
                return;
            }
            braces += "([{".indexOf(sign) >= 0 ? 1 : 0;
            braces -= ")]}".indexOf(sign) >= 0 ? 1 : 0;
            next(sign);
        }
    }

    private void afterCode(Token.Kind end, char sign) {
        if (end == Token.Kind.BLOCK_END) {
            afterBlock(sign);
            return;
        }
        lineStarting = false;
        if (sign == '-') {
            advance(skipSpace(at));
        }
    }

    private void afterBlock(char sign) {
        int from = at;
        if (sign == '-') {
            advance(skipSpace(at));
        } else if (sign != '+' && at < source.length() && source.charAt(at) == '\n') {
            advance(at + 1);
        }
        lineStarting = at > from && source.charAt(at - 1) == '\n';
    }

    private void next(char first) {
        if (first == '"' || first == '\'') {
            string(first);
        } else if (first >= '0' && first <= '9') {
            number();
        } else if (first == '_' || Character.isLetter(first)) {
            int end = at;
            while (end < source.length()
                    && (source.charAt(end) == '_' || Character.isLetterOrDigit(source.charAt(end)))) {
                end++;
            }
            add(Token.Kind.NAME, end);
        } else if (LONG_OPERATORS.contains(source.substring(at, Math.min(at + 2, source.length())))) {
            add(Token.Kind.OPERATOR, at + 2);
        } else if (SHORT_OPERATORS.indexOf(first) >= 0) {
            add(Token.Kind.OPERATOR, at + 1);
        } else {
            throw syntax("the character '%s' has no meaning here".formatted(first));
        }
    }

    private void add(Token.Kind kind, int end) {
        tokens.add(new Token(kind, source.substring(at, end), line));
        advance(end);
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw syntax("a string is not closed");
        }
        tokens.add(new Token(Token.Kind.TEXT, Escapes.resolve(source.substring(at + 1, end)), line));
        advance(end + 1);
    }

    private void number() {
        int end = at;
        boolean real = false;
        while (end < source.length()) {
            char c = source.charAt(end);
            boolean point = c == '.' && !real && end + 1 < source.length() && Character.isDigit(source.charAt(end + 1));
            boolean exponent = (c == 'e' || c == 'E') && exponentAt(end + 1);
            if (!Character.isDigit(c) && c != '_' && !point && !exponent) {
                break;
            }
            real |= point || exponent;
            end += exponent ? 2 : 1;
        }
        tokens.add(new Token(
                real ? Token.Kind.REAL : Token.Kind.WHOLE,
                source.substring(at, end).replace("_", ""),
                line));
        advance(end);
    }

    private boolean exponentAt(int index) {
        int digit = skipSign(index);
        return digit < source.length() && Character.isDigit(source.charAt(digit));
    }

    private void advance(int to) {
        for (int i = at; i < to; i++) {
            line += source.charAt(i) == '\n' ? 1 : 0;
        }
        at = to;
    }

    private ChatTemplateException syntax(String message) {
        return new ChatTemplateException(Kind.SYNTAX, "Chat template, line %d: %s".formatted(line, message));
    }
}
