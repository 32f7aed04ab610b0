package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.graph.Composition.Arrival;
import dev.kvasir.graph.Link.Mode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CompositionTest {

    private static final NodeId CODER = new NodeId("coder");
    private static final String INPUT = "{\"question\": \"What is a gate?\", \"tags\": [\"a\", \"b\"], \"n\": 0}";

    @Test
    void textThatThePromptNamesGoesThere() {
        List<Turn> turns = Composition.messages(
                writer(null, "Notes: {{ coder.text }}. {{ input.question }}"), List.of(arrival(Mode.TEXT)), values());

        assertThat(turns).containsExactly(Turn.user("Notes: a valve. What is a gate?"));
    }

    @Test
    void textThatNothingNamesComesAsTwoEarlierTurns() {
        List<Turn> turns = Composition.messages(
                writer("Be brief.", "{{ input.question }}"), List.of(arrival(Mode.TEXT)), values());

        assertThat(turns)
                .containsExactly(
                        Turn.system("Be brief."),
                        Turn.user("Notes on a gate"),
                        Turn.assistant("a valve"),
                        Turn.user("What is a gate?"));
    }

    @Test
    void aCacheAloneLeavesTheReceiverItsOwnMessages() {
        Node.Agent writer = writer(null, "{{#if coder.text}}Notes: {{ coder.text }} {{/if}}{{ input.question }}");

        assertThat(Composition.messages(writer, List.of(arrival(Mode.C2C)), values()))
                .containsExactly(Turn.user("What is a gate?"));
        assertThat(Composition.messages(writer, List.of(arrival(Mode.TEXT_C2C)), values()))
                .containsExactly(Turn.user("Notes: a valve What is a gate?"));
    }

    @Test
    void underHandoverThePromptIsTheNextTurn() {
        assertThat(Composition.messages(writer(null, "Shorter."), List.of(arrival(Mode.HANDOVER)), values()))
                .containsExactly(Turn.user("Shorter."));
    }

    @Test
    void aLinksTemplateIsWhatCrosses() {
        Arrival arrival = new Arrival(CODER, "[{{ coder.text | upper }}]", Mode.TEXT, "Notes on a gate", "a valve");

        assertThat(Composition.messages(writer(null, "{{ coder.text }}"), List.of(arrival), values()))
                .containsExactly(Turn.user("[A VALVE]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{ input.tags | join:\", \" }} ~ a, b",
                "{{ input.tags }} ~ [\"a\",\"b\"]",
                "{{#each input.tags}}<{{this}}>{{/each}} ~ <a><b>",
                "{{ input.none | default:\"x | y\" }} ~ x | y",
                "{{#if input.n}}yes{{else}}no{{/if}} ~ no",
                "{{ input.question | truncate:4 | lower }} ~ what",
                "{{ input.tags.1 }} ~ b",
                "{{ run.seed }} ~ 7",
            })
    void templatesFillIn(String template, String text) {
        assertThat(values().fill(template)).isEqualTo(text);
    }

    @Test
    void aValueIsNeverATemplate() {
        Values values = Values.of(StrictJson.read("{\"question\": \"{{ run.seed }}\"}", 100), 7, Map.of());

        assertThat(values.fill("{{ input.question }}")).isEqualTo("{{ run.seed }}");
    }

    @Test
    void aMissingValueIsNamed() {
        assertThatThrownBy(() -> values().fill("{{ coder.text }}"))
                .isInstanceOfSatisfying(
                        TemplateException.class,
                        e -> assertThat(e.fault()).isEqualTo(TemplateException.Fault.TEMPLATE_VALUE_MISSING))
                .hasMessage(
                        "'coder.text' has no value in this run. Guard it with {{#if coder.text}}, or give it a default.");
    }

    @Test
    void aTemplateThatWritesTooMuchIsStopped() {
        Values many = Values.of(StrictJson.read("{\"l\": [" + "1,".repeat(999) + "1]}", 10_000), 0, Map.of());

        assertThatThrownBy(() -> many.fill("{{#each input.l}}{{#each input.l}}{{this}}{{/each}}{{/each}}"))
                .hasMessage("The template writes more than 100000 pieces.");
    }

    @Test
    void aHistoryStandsBeforeThePromptAndItsSystemMessageJoinsThePrompts() {
        List<Turn> turns = Composition.messages(
                conversing("Be brief.", "{{ input.question }}"),
                List.of(arrival(Mode.TEXT)),
                conversation("system: Be kind.", "user: Hello", "assistant: Hi"));

        assertThat(turns)
                .containsExactly(
                        Turn.system("Be brief.\n\nBe kind."),
                        Turn.user("Notes on a gate"),
                        Turn.assistant("a valve"),
                        Turn.user("Hello"),
                        Turn.assistant("Hi"),
                        Turn.user("What is a gate?"));
    }

    @Test
    void aHistoryAloneIsTheWholePrompt() {
        List<Turn> turns = Composition.messages(
                conversing(null, ""), List.of(), conversation("developer: Be kind.", "user: Hello", "system: Now."));

        assertThat(turns).containsExactly(Turn.system("Be kind."), Turn.user("Hello"), Turn.system("Now."));
    }

    @Test
    void aHistoryThatIsNoConversationIsNamed() {
        assertThatThrownBy(() -> Composition.messages(conversing(null, ""), List.of(), values()))
                .hasMessage("'input.messages' is not a list in this run.");
        assertThatThrownBy(() -> Composition.messages(conversing(null, ""), List.of(), conversation()))
                .hasMessage("The history has no message to answer. Send one of role user.");
        assertThatThrownBy(() ->
                        Composition.messages(conversing(null, ""), List.of(), conversation("user: Hello", "tool: 7")))
                .hasMessage(
                        "Message 1 of the history is not one: it needs a role of system, developer, user or assistant,"
                                + " and a text as content.");
    }

    private static Node.Agent conversing(@Nullable String system, String user) {
        return new Node.Agent(
                new NodeId("writer"),
                NodeOptions.DEFAULT,
                "m",
                new Node.Prompt(system, user, "{{ input.messages }}"),
                Generation.DEFAULT,
                Node.Takeover.DEFAULT);
    }

    private static Values conversation(String... messages) {
        ObjectNode input = JsonNodeFactory.instance.objectNode().put("question", "What is a gate?");
        ArrayNode list = input.putArray("messages");
        for (String message : messages) {
            int colon = message.indexOf(": ");
            list.addObject().put("role", message.substring(0, colon)).put("content", message.substring(colon + 2));
        }
        return Values.of(input, 7, Map.of());
    }

    private static Node.Agent writer(@Nullable String system, String user) {
        return new Node.Agent(
                new NodeId("writer"),
                NodeOptions.DEFAULT,
                "m",
                new Node.Prompt(system, user),
                Generation.DEFAULT,
                Node.Takeover.DEFAULT);
    }

    private static Arrival arrival(Mode mode) {
        return new Arrival(CODER, null, mode, "Notes on a gate", "a valve");
    }

    private static Values values() {
        return Values.of(StrictJson.read(INPUT, 1000), 7, Map.of());
    }
}
