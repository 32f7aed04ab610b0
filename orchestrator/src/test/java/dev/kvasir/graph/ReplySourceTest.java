package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplySourceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{{ writer.text }} ~ writer ~ ``",
                "So: {{ writer.text }}! ~ writer ~ `So: `",
                "So: {{ writer.text }} ({{ input.question }}) ~ writer ~ `So: `",
                "{{ input.question }} {{ writer.text }} ~ writer ~",
                "{{ writer.text | trim }} ~ writer ~",
                "{{#if writer.text}}{{ writer.text }}{{/if}} ~ writer ~",
                "{{ writer.json.answer }} ~ writer ~",
                "{{ coder.text }} then {{ writer.text }} ~ coder,writer ~",
                "{{ writer.text }} after {{ coder.text }} ~ writer,coder ~",
                "{{ writer.text }}{{ writer.text }} ~ writer ~ ``",
                "{{ input.question }} ~ `` ~"
            })
    void anOutputCanBeToldEarlyWhenItBeginsWithTheOnlyAgentsText(
            String template, @Nullable String writers, @Nullable String lead) {
        ReplySource source = ReplySource.of(graph("\"answer\": \"" + template + "\""), "answer");

        assertThat(source.writers().stream().map(NodeId::value).toList())
                .containsExactly(writers == null || writers.isEmpty() ? new String[0] : writers.split(",", -1));
        assertThat(source.lead()).isEqualTo(lead);
    }

    @ParameterizedTest
    @CsvSource({"text,text", "answer,answer", "report,report"})
    void theReplyIsTextElseAnswerElseTheOnlyOutput(String name, String reply) {
        assertThat(ReplySource.output(graph("\"" + name + "\": \"x\""))).contains(reply);
    }

    @Test
    void ofSeveralOutputsOneMustBeCalledSo() {
        assertThat(ReplySource.output(graph("\"answer\": \"x\", \"text\": \"y\"")))
                .contains("text");
        assertThat(ReplySource.output(graph("\"answer\": \"x\", \"a\": \"y\""))).contains("answer");
        assertThat(ReplySource.output(graph("\"a\": \"x\", \"b\": \"y\""))).isEmpty();
    }

    private static Graph graph(String outputs) {
        String document = Documents.coderWriter("\"answer\": \"{{ writer.text }}\"", outputs);
        return GraphDocument.parse(document).graph().orElseThrow();
    }
}
