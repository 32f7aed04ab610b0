package dev.kvasir.fuzzing;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Damages texts token by token, so that most results get past the first syntax check. */
final class TextMutator {

    private static final Pattern JSON = Pattern.compile(
            "-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|\"(?:[^\"\\\\]|\\\\.)*+\"|true|false|null|[\\[\\]{}:,]|\\s+|.",
            Pattern.DOTALL);
    private static final Pattern JINJA =
            Pattern.compile("\\{%-?|-?%\\}|\\{\\{-?|-?\\}\\}|\\w+|'[^']*'|\"[^\"]*\"|\\s+|.", Pattern.DOTALL);
    static final List<String> JSON_VALUES = List.of(
            "0",
            "-1",
            "1",
            "2",
            "3",
            "1.5",
            "-0.0",
            "1e400",
            "-1e400",
            "1e-400",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "1" + "0".repeat(99),
            "1" + "0".repeat(101),
            "1e1000000000",
            "NaN",
            "true",
            "false",
            "null",
            "\"\"",
            "\"x\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\uD83D\uDE42\"",
            "\"" + "a".repeat(5_000) + "\"",
            "[]",
            "{}",
            "[[]]",
            "{\"a\":1}",
            "[1,2,3]",
            "[\"a\",\"b\"]",
            "[".repeat(70) + "]".repeat(70),
            "{\"type\":\"Sequence\",\"normalizers\":[]}",
            "{\"Regex\":\"(a+)+$\"}",
            "{\"Regex\":\"(?:(?:a|aa)+)+b\"}",
            "{\"Regex\":\"[\"}",
            "{\"String\":\"\"}");
    static final List<String> JINJA_PIECES = List.of(
            "{% for i in range(1000000000) %}",
            "{% endfor %}",
            "{% for a in messages %}{% for b in messages %}",
            "{% if x %}",
            "{% else %}",
            "{% endif %}",
            "{{ 'a' * 1000000000 }}",
            "{{ 'ab' | replace('', 'aaaaaaaa') }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% set x = x ~ x %}",
            "{{ range(10**9) | list | length }}",
            "{{ messages | tojson(indent=100000000) }}",
            "{{ [[]] * 1000000 }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ 1 / 0 }}",
            "{{ 1 % 0 }}",
            "{{ 'x'.join(range(100000)) }}",
            "{{ ('a' * 100000).split('') }}",
            "{{ 2 ** 63 }}",
            "{{ -9223372036854775808 // -1 }}",
            "{{ '%s' | format(1) }}",
            "{{ ''.__class__ }}",
            "{{ self }}",
            "{{ loop }}",
            "{{ namespace(a=1) }}",
            "{{ messages[::0] }}",
            "{{ messages[9223372036854775807] }}",
            "{{ 'a'.center(1000000000) }}",
            "{{ 'a' | indent(1000000000) }}",
            "{% import 'x' as y %}",
            "{% include 'x' %}",
            "{{ " + "(".repeat(500) + "1" + ")".repeat(500) + " }}",
            "{{ " + "not ".repeat(3_000) + "1 }}",
            "{{ " + "-".repeat(3_000) + "1 }}",
            "{{ " + "[".repeat(3_000),
            "{{ a" + ".b".repeat(3_000) + " }}",
            "{{ a" + "|trim".repeat(3_000) + " }}",
            "{{ 1" + "+1".repeat(3_000) + " }}",
            "{% if a %}".repeat(1_000),
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "|",
            "\u0000",
            "\uD800",
            "'",
            "\"",
            "\\",
            "1e999",
            "99999999999999999999",
            "none",
            "true",
            "is",
            "in",
            "not",
            "if",
            "else",
            "and",
            "caller()",
            "range",
            "**",
            "//",
            "%",
            "~",
            "==",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            ".");

    private final RandomGenerator random;
    private final Pattern tokens;
    private final List<String> pieces;

    private TextMutator(RandomGenerator random, Pattern tokens, List<String> pieces) {
        this.random = random;
        this.tokens = tokens;
        this.pieces = pieces;
    }

    static TextMutator json(RandomGenerator random) {
        return new TextMutator(random, JSON, JSON_VALUES);
    }

    static TextMutator jinja(RandomGenerator random) {
        return new TextMutator(random, JINJA, JINJA_PIECES);
    }

    /** One to four damages, mostly one; some are spliced in from another text. */
    String mutate(String valid, String other) {
        List<String> made = split(valid);
        List<String> foreign = split(other);
        int damages = 1 + random.nextInt(1 + random.nextInt(4));
        for (int i = 0; i < damages && !made.isEmpty(); i++) {
            damage(made, foreign);
        }
        return String.join("", made);
    }

    private void damage(List<String> made, List<String> foreign) {
        int at = random.nextInt(made.size());
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> made.set(at, piece());
            case 3 -> made.remove(at);
            case 4 -> made.add(at, piece());
            case 5 -> made.addAll(random.nextInt(made.size()), List.copyOf(stretch(made, at)));
            case 6 -> made.addAll(at, List.copyOf(stretch(foreign, random.nextInt(foreign.size()))));
            case 7 -> {
                List<String> cut = stretch(made, at);
                List<String> moved = List.copyOf(stretch(foreign, random.nextInt(foreign.size())));
                cut.clear();
                made.addAll(Math.min(at, made.size()), moved);
            }
            default -> {
                int end = at + 1 + random.nextInt(Math.min(20, made.size() - at));
                made.subList(at, end).clear();
            }
        }
    }

    private String piece() {
        return pieces.get(random.nextInt(pieces.size()));
    }

    /** From a bracket to its partner, if it is near; else a few tokens. */
    private List<String> stretch(List<String> list, int at) {
        int depth = 0;
        for (int i = at; i < Math.min(list.size(), at + 400); i++) {
            String token = list.get(i);
            if (token.equals("{") || token.equals("[") || token.equals("(")) {
                depth++;
            } else if (token.equals("}") || token.equals("]") || token.equals(")")) {
                depth--;
            }
            if (depth == 0) {
                return list.subList(at, i + 1);
            }
        }
        return list.subList(at, Math.min(list.size(), at + 1 + random.nextInt(12)));
    }

    private List<String> split(String text) {
        List<String> found = new ArrayList<>();
        var matcher = tokens.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found.isEmpty() ? new ArrayList<>(List.of(" ")) : found;
    }
}
