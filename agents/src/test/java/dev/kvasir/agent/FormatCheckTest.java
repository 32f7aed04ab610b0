package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FormatCheckTest {

    private static final ReplyFormat JSON = new ReplyFormat.Json();
    private static final ReplyFormat TAG = new ReplyFormat.Schema(new JsonMapper().readTree("""
            {"type":"object","properties":{"tag":{"enum":["bug","idea"]},"id":{"type":"string","pattern":"^(a+)+$"}},
             "required":["tag"]}"""));

    @Test
    void aReplyOfAnyTextIsLeftAsItIs() {
        assertThat(held(new ReplyFormat.Text(), "{\"a\":1}").json()).isNull();
    }

    @Test
    void membersMayComeInAnyOrderAndOthersBesides() {
        assertThat(held(TAG, " {\"more\": [1.50], \"tag\": \"bug\"}\n").json())
                .hasToString("{\"more\":[1.50],\"tag\":\"bug\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Hello there        | is not JSON: Unrecognized token 'Hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'). Ask for JSON in the prompt, or let a local model write it.
            ``                 | is not JSON: it is empty. Ask for JSON in the prompt, or let a local model write it.
            {"a":1,"a":2}      | is not JSON: Duplicate Object property "a". Ask for JSON in the prompt, or let a local model write it.
            {"a":"\\u0000"}    | is not JSON: a string holds U+0000 or half of a surrogate pair. Ask for JSON in the prompt, or let a local model write it.
            {"\\ud800":1}      | is not JSON: Broken surrogate pair in property name: expected '\\' to start low surrogate, got 0x22. Ask for JSON in the prompt, or let a local model write it.
            [1]                | is JSON, but not an object. Ask for an object in the prompt, or give a schema.
            """)
    void whatIsNoJsonObjectIsRefused(String text, String sentence) {
        assertThatThrownBy(() -> held(JSON, text))
                .hasMessage("The reply of model 'echo' to node 'coder' " + sentence)
                .isInstanceOfSatisfying(
                        AgentException.class, fault -> assertThat(fault.fault()).isEqualTo(AgentFault.OUTPUT_INVALID));
    }

    @Test
    void whatDoesNotFitTheSchemaIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> held(TAG, "{\"tag\":\"bugs\"}"))
                .hasMessage("The reply of model 'echo' to node 'coder' does not fit its schema at /tag: does not have a"
                        + " value in the enumeration [\"bug\", \"idea\"]. Describe the format in the prompt, or let a local"
                        + " model write it.");
    }

    @Test
    void aPatternIsLookedForInLinearTime() {
        String text = "{\"tag\":\"bug\",\"id\":\"" + "a".repeat(100_000) + "!\"}";
        assertThatThrownBy(() -> held(TAG, text)).hasMessageContaining("does not fit its schema at /id");
    }

    @Test
    void aReplyThatWasCutSaysSo() {
        AgentReply cut = reply("{\"tag\":", AgentReply.FinishReason.LENGTH);
        assertThatThrownBy(() -> FormatCheck.of(request(JSON)).held(cut))
                .hasMessage("The reply of model 'echo' to node 'coder' ended after 3 tokens, before its JSON was whole."
                        + " Raise maxTokens, or ask for less.");
    }

    @Test
    void aSchemaThatCannotBeForcedIsRefusedBeforeAnythingIsAsked() {
        ReplyFormat unique = new ReplyFormat.Schema(new JsonMapper().readTree("{\"uniqueItems\":true}"));
        assertThatThrownBy(() -> FormatCheck.of(request(unique)))
                .hasMessage(
                        "The schema at /uniqueItems: Keyword 'uniqueItems' cannot be forced on a reply. Check it in a"
                                + " later node.");
    }

    private static AgentReply held(ReplyFormat format, String text) {
        return FormatCheck.of(request(format)).held(reply(text, AgentReply.FinishReason.STOP));
    }

    private static ReplyRequest request(ReplyFormat format) {
        return new ReplyRequest(
                "coder",
                "echo",
                List.of(Message.user("x")),
                new Intake.None(),
                GenerationOptions.GREEDY.withFormat(format),
                false);
    }

    private static AgentReply reply(String text, AgentReply.FinishReason reason) {
        Duration none = Duration.ZERO;
        return new AgentReply(
                text,
                reason,
                1,
                3,
                0,
                new Timings(none, none, none, none, none, none, none, none, none),
                FusionReport.NONE,
                new Placement("cpu:0", "none", "none"));
    }
}
