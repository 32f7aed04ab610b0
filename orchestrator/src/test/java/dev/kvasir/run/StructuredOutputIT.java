package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.database.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that are asked for JSON; echo gives what it is told, and is held to it. */
class StructuredOutputIT {

    private final RunKit kit = new RunKit(TestDatabase.migrated());

    @BeforeEach
    void listen() {
        kit.listener.start();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void whatAnAgentWroteAsJsonIsStoredToldAndQuotedByItsParts() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(graph(), "{\"tag\": \"bug\", \"steps\": [\"open\", \"crash\"]}");

            assertThat(ended(run).output())
                    .hasToString("{\"answer\":\"It is a bug: crash.\",\"all\":\"[\\\"open\\\",\\\"crash\\\"]\"}");
            assertThat(kit.step(run, "a").json()).hasToString("{\"tag\":\"bug\",\"steps\":[\"open\",\"crash\"]}");
            assertThat(kit.step(run, "a").text()).isEqualTo("{\"tag\": \"bug\", \"steps\": [\"open\", \"crash\"]}");
            assertThat(kit.step(run, "b").json()).isNull();
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aReplyThatDoesNotFitFailsItsStepAtOnceAndSaysWhere() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(graph(), "{\"tag\": \"bugs\", \"steps\": []}");

            RunRecord ended = ended(run);

            assertThat(ended.state()).isEqualTo(RunState.FAILED);
            assertThat(ended.error())
                    .isEqualTo(new StepFault(
                            "OUTPUT_INVALID",
                            "The reply of model 'echo' to node 'a' does not fit its schema at /tag: does not have a value in"
                                    + " the enumeration [\"bug\", \"idea\"]. Describe the format in the prompt, or let a local"
                                    + " model write it.",
                            false,
                            "a"));
            assertThat(kit.step(run, "a").attempts()).isEqualTo(1);
            assertThat(worker).isNotNull();
        }
    }

    private RunRecord ended(RunId run) {
        await().atMost(Duration.ofSeconds(20)).until(() -> kit.read(run).state().isFinal());
        return kit.read(run);
    }

    private UUID graph() {
        return kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"tagged",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                          {"id":"a","kind":"agent","model":"echo","prompt":{"user":"{{ input.question }}"},
                           "generation":{"responseFormat":{"type":"object","required":["tag","steps"],"properties":{
                             "tag":{"enum":["bug","idea"]},"steps":{"type":"array","items":{"type":"string"}}}}}},
                          {"id":"b","kind":"agent","model":"echo",
                           "prompt":{"user":"It is a {{ a.json.tag }}: {{ a.json.steps.1 }}."}},
                          {"id":"output","kind":"output","outputs":{"answer":"{{ b.text }}","all":"{{ a.json.steps }}"}}],
                 "edges":[{"id":"input_a","from":"input","to":"a"},{"id":"a_b","from":"a","to":"b"},
                          {"id":"b_output","from":"b","to":"output"},{"id":"a_output","from":"a","to":"output"}]}""");
    }
}
