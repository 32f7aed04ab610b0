package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.tool.ToolCall;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenCallsTest {

    private static final Set<String> TOOLS = Set.of("add", "look");

    @Test
    void callsStandBetweenTagsBehindWhatIsSaid() {
        WrittenCalls written = WrittenCalls.in(
                "Let me see.\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>\n"
                        + "<tool_call>{\"name\":\"look\",\"arguments\":{}}</tool_call>",
                TOOLS);
        assertThat(written.said()).isEqualTo("Let me see.");
        assertThat(written.calls()).containsExactly(call("add", "{\"a\":1}"), call("look", "{}"));
    }

    @Test
    void aCallThatIsCutOffOrMalformedIsKeptForTheModelToMend() {
        assertThat(WrittenCalls.in("<tool_call>\n{\"name\": \"add\", \"argu", TOOLS)
                        .calls())
                .containsExactly(call("", "{\"name\": \"add\", \"argu"));
        assertThat(WrittenCalls.in("<tool_call>add(1)</tool_call><tool_call>{\"name\":\"look\"}</tool_call>", TOOLS)
                        .calls())
                .containsExactly(call("", "add(1)"), call("look", "{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"add\", \"parameters\": {\"a\": 1}}",
                "<|python_tag|>{\"name\": \"add\", \"parameters\": {\"a\": 1}}",
                "```json\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n```",
                "[{\"name\": \"add\", \"arguments\": {\"a\": 1}}]",
                "{\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":1}\"}}"
            })
    void aReplyOfNothingButJsonThatNamesAToolIsACall(String reply) {
        WrittenCalls written = WrittenCalls.in(reply, TOOLS);
        assertThat(written.said()).isEmpty();
        assertThat(written.calls()).containsExactly(call("add", "{\"a\":1}"));
    }

    @Test
    void severalCallsMayFollowEachOtherBare() {
        assertThat(WrittenCalls.in("{\"name\":\"add\",\"parameters\":{}}; {\"name\":\"look\",\"parameters\":{}}", TOOLS)
                        .calls())
                .extracting(ToolCall::name)
                .containsExactly("add", "look");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The sum is 3.",
                "{\"name\": \"Ada\", \"age\": 36}",
                "{\"answer\": 3}",
                "Use {\"name\": \"add\"} for that.",
                "{\"name\": \"add\", \"arguments\": {}} is how I would call it.",
                "[1, 2]",
                "```json\n{\"name\": \"add\"\n```",
                ""
            })
    void anyOtherReplyIsAnAnswer(String reply) {
        assertThat(WrittenCalls.in(reply, TOOLS)).isEqualTo(new WrittenCalls(reply, List.of()));
    }

    private static ToolCall call(String name, String arguments) {
        return new ToolCall("", name, arguments);
    }
}
