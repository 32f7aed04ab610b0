package dev.kvasir.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConditionTest {

    private static final Names NAMES = new Names(Set.of("coder", "judge"));
    private static final JsonNode VALUES = JsonMapper.shared().readTree("""
            {"input": {"n": 3, "part": 0.5, "tags": ["a", "b"], "none": null},
             "run": {"seed": 7, "attempts": 1}, "loop": {"iteration": 2},
             "coder": {"text": "a p tag", "json": {"score": 4, "deep": [{"ok": true}]}},
             "judge": {}}""");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "coder.text == 'a p tag'|true",
                "coder.text.contains('div')|false",
                "coder.text.matches('^a .* tag$')|true",
                "coder.json.score > 3|true",
                "coder.json.score > 3.5|true",
                "coder.json.deep[0].ok|true",
                "input.n == 3 && input.part < 1|true",
                "input.part * 2.0 == 1.0|true",
                "size(input.tags) == 2 && 'b' in input.tags|true",
                "input.tags.exists(t, t == 'a')|true",
                "input.none == null|true",
                "has(coder.text) && !has(judge.text)|true",
                "has(judge.error) ? judge.error.code == 'TIMEOUT' : false|false",
                "coder.text != 'loop.iteration' && !coder.text.matches(r'\\d loop.') && loop.iteration == 2|true",
                "loop.iteration < 3 && run.seed == 7 && run.attempts == 1|true",
            })
    void itIsDecidedOverTheRunsValues(String source, boolean expected) {
        assertThat(Condition.parse(source, NAMES).holds(VALUES)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "coder.text < 3|found no matching overload for '_<_' applied to '(string, int)' (candidates:",
                "coder.text|expected type 'bool' but found 'string'",
                "coder.txt == 'x'|undefined field 'txt'",
                "codr.text == 'x'|undeclared reference to 'codr' (nodes before: coder, judge)",
                "coder.text ==|mismatched input '<EOF>'",
            })
    void whatIsNoConditionIsRefusedWithTheReason(String source, String reason) {
        assertThatThrownBy(() -> Condition.parse(source, NAMES))
                .isInstanceOf(ConditionSyntaxException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "judge.text == 'x'|key 'text' is not present in map.",
                "coder.json.score|it gave 4. It must be true or false",
                "coder.json.missing == 1|key 'missing' is not present in map.",
                "coder.json.score / 0 == 1|/ by zero",
            })
    void whatCannotBeDecidedSaysWhy(String source, String reason) {
        assertThatThrownBy(() -> Condition.parse(source, NAMES).holds(VALUES))
                .isInstanceOf(ConditionException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void itTellsTheFirstNamesOfWhatItReads() {
        assertThat(Condition.parse("has(coder.json.a) && input.tags.all(t, t != judge.text)", NAMES)
                        .heads())
                .contains("coder", "input", "judge");
    }

    @Test
    void itTellsTheValuesThatItReadsByTheirNames() {
        assertThat(Condition.parse("has(coder.json.a.b) || judge.error.code == 'X' || loop.iteration > run.seed", NAMES)
                        .paths())
                .containsExactlyInAnyOrder(
                        List.of("coder", "json", "a", "b"),
                        List.of("judge", "error", "code"),
                        List.of("loop", "iteration"),
                        List.of("run", "seed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "list", "string", "type", "size", "has", "all", "int", "dyn", "google", "cel"})
    void aNodeMayBeCalledLikeATypeOrAFunction(String node) {
        String source = "has(%s.text) && size(%s.text) == 1 && [1].all(one, one > 0)".formatted(node, node);

        assertThat(Condition.parse(source, new Names(Set.of(node)))
                        .holds(JsonMapper.shared().readTree("{\"%s\": {\"text\": \"x\"}}".formatted(node))))
                .isTrue();
    }

    @Test
    void aBombEndsWithARefusalAndSoon() {
        String nested = "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, "
                + "[1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, true)))))";
        Condition bomb = Condition.parse(nested, NAMES);
        long start = System.nanoTime();

        assertThatThrownBy(() -> bomb.holds(VALUES)).isInstanceOf(ConditionException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThatThrownBy(() -> Condition.parse("(".repeat(500) + "true" + ")".repeat(500), NAMES))
                .isInstanceOf(ConditionSyntaxException.class);
        assertThatThrownBy(() -> Condition.parse("true || ".repeat(400) + "true", NAMES))
                .hasMessage("it has more than 2000 characters");
    }
}
