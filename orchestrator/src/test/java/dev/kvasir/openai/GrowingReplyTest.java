package dev.kvasir.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.VersionLock;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class GrowingReplyTest {

    private long seq;

    @Test
    void whatTheAgentWritesIsToldBehindWhatStandsBeforeIt() {
        GrowingReply reply = new GrowingReply(model("So: {{ agent.text }}!"));

        assertThat(reply.after(event("step.started", ""))).isEmpty();
        assertThat(reply.after(delta("one "))).isEqualTo("So: one ");
        assertThat(reply.after(delta("two"))).isEqualTo("two");
        assertThat(reply.rest("So: one two!")).isEqualTo("!");
    }

    @Test
    void otherNodesAreNotTheReply() {
        GrowingReply reply = new GrowingReply(model("{{ agent.text }}"));

        EventRecord other = new EventRecord(
                1,
                Instant.EPOCH,
                new RunId(new UUID(0, 1)),
                "step.delta",
                null,
                "coder",
                null,
                JsonNodeFactory.instance.objectNode().put("text", "notes"));
        assertThat(reply.after(other)).isEmpty();
    }

    @Test
    void anOutputThatIsChangedFirstIsToldAtTheEnd() {
        GrowingReply reply = new GrowingReply(model("{{ agent.text | upper }}"));

        assertThat(reply.after(delta("one"))).isEmpty();
        assertThat(reply.rest("ONE")).isEqualTo("ONE");
    }

    @Test
    void aSecondTryThatWritesTheSameGoesOnWhereTheFirstBrokeOff() {
        GrowingReply reply = new GrowingReply(model("{{ agent.text }}"));
        reply.after(delta("one two "));

        assertThat(reply.after(event("step.retrying", ""))).isEmpty();
        assertThat(reply.after(delta("one "))).isEmpty();
        assertThat(reply.after(delta("two three"))).isEqualTo("three");
        assertThat(reply.rest("one two three")).isEmpty();
    }

    @Test
    void aSecondTryThatWritesSomethingElseCannotBeTold() {
        GrowingReply reply = new GrowingReply(model("{{ agent.text }}"));
        reply.after(delta("one two"));
        reply.after(event("step.ready", ""));

        assertThatThrownBy(() -> reply.after(delta("one three")))
                .hasMessage(
                        "The agent was tried again while its reply was told, and now writes another. Ask again, or without 'stream'.");
    }

    @Test
    void aReplyThatEndsBeforeWhatWasToldCannotBeTold() {
        GrowingReply reply = new GrowingReply(model("{{ agent.text }}"));
        reply.after(delta("one two"));
        reply.after(event("step.retrying", ""));
        assertThat(reply.after(delta("one"))).isEmpty();

        assertThatThrownBy(() -> reply.rest("one"))
                .hasMessage(
                        "The agent was tried again while its reply was told, and now writes another. Ask again, or without 'stream'.");
    }

    private EventRecord delta(String text) {
        return event("step.delta", text);
    }

    private EventRecord event(String name, String text) {
        return new EventRecord(
                ++seq,
                Instant.EPOCH,
                new RunId(new UUID(0, 1)),
                name,
                null,
                "agent",
                null,
                JsonNodeFactory.instance.objectNode().put("text", text));
    }

    private static ServedModel model(String template) {
        String document = """
                {"kind":"kvasir/graph","schemaVersion":1,"name":"one",
                 "nodes":[{"id":"input","kind":"input"},
                          {"id":"coder","kind":"agent","model":"echo","prompt":{"user":"x"}},
                          {"id":"agent","kind":"agent","model":"echo","prompt":{"user":"x"}},
                          {"id":"output","kind":"output","outputs":{"answer":"%s"}}],
                 "edges":[{"id":"a","from":"input","to":"coder"},{"id":"b","from":"coder","to":"agent"},
                          {"id":"c","from":"agent","to":"output"}]}""".formatted(template);
        GraphVersion version = new GraphVersion(
                new GraphId(new UUID(0, 2)),
                "one",
                1,
                "0".repeat(64),
                document,
                "{}",
                new VersionLock(Map.of(), Map.of(), Map.of()),
                "",
                Instant.EPOCH);
        return ServedModel.of(
                "kvasir/one@1", version, GraphDocument.parse(document).graph().orElseThrow());
    }
}
