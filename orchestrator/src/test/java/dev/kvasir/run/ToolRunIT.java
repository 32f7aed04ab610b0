package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.database.TestDatabase;
import dev.kvasir.tool.ToolFunction;
import dev.kvasir.tool.ToolFunctions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tools in runs; the echo model calls what its message holds in tags. */
class ToolRunIT {

    private static final String CALL =
            "I add. <tool_call>{\"name\":\"calculator\",\"arguments\":{\"expression\":\"6*7\"}}</tool_call>";

    private final RunKit kit = new RunKit(TestDatabase.migrated());

    /** What the tests' application lets agents call. */
    public static final class Functions implements ToolFunctions {

        private static final CountDownLatch NEVER = new CountDownLatch(1);

        @ToolFunction("Adds two whole numbers.")
        public long add(long a, long b) {
            return a + b;
        }

        @ToolFunction("Waits for ever.")
        public String dawdle() throws InterruptedException {
            NEVER.await();
            return "";
        }
    }

    @BeforeEach
    void listen() {
        kit.listener.start();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void anAgentCallsAToolAndAnswersWithWhatItReturned() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(agent("\"builtin:calculator\""), CALL);

            assertThat(awaitEnd(run).output()).hasToString("{\"answer\":\"I add.\\n\\n42\"}");
            assertThat(told(run))
                    .containsExactly(
                            "step.started",
                            "step.delta I add.",
                            "tool.called builtin:calculator {\"expression\":\"6*7\"}",
                            "tool.returned builtin:calculator false",
                            "step.delta \n\n42",
                            "step.succeeded");
            StepRecord step = kit.step(run, "a");
            assertThat(step.finishReason()).isEqualTo("STOP");
            StepMetrics metrics = Objects.requireNonNull(step.metrics());
            assertThat(metrics.totalMs()).isGreaterThanOrEqualTo(metrics.toolMs());
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aCallThatTheGraphDoesNotAllowIsRefusedAndTold() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(agent("\"builtin:json_path\""), CALL);

            assertThat(awaitEnd(run).output())
                    .hasToString(
                            "{\"answer\":\"I add.\\n\\nThere is no tool 'calculator'. The tools are: json_path.\"}");
            assertThat(told(run)).contains("tool.returned calculator true");
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aToolNodeIsFilledInCalledAndRead() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(node("java:add", "\"a\":\"{{ input.question }}\",\"b\":\"2\""), "40");

            assertThat(awaitEnd(run).output()).hasToString("{\"answer\":\"42\"}");
            assertThat(told(run))
                    .containsExactly(
                            "step.started",
                            "tool.called java:add {\"a\":40,\"b\":2}",
                            "tool.returned java:add false",
                            "step.succeeded");
            assertThat(Objects.requireNonNull(kit.step(run, "a").metrics()).generatedTokens())
                    .isZero();
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aToolThatFailsFailsItsStepWithItsOwnWords() {
        try (var worker = kit.worker("w1")) {
            assertFailed(
                    kit.start(node("builtin:calculator", "\"expression\":\"1/{{ input.question }}\""), "0"),
                    "TOOL_FAILED",
                    "Nothing can be divided by 0.");
            assertFailed(
                    kit.start(node("java:add", "\"a\":\"{{ input.question }}\",\"b\":\"2\""), "many"),
                    "TOOL_FAILED",
                    "The arguments of 'add' do not fit: /a: string found, integer expected.");
            assertFailed(
                    kit.start(node("builtin:http_get", "\"url\":\"{{ input.question }}\""), "https://127.0.0.1/x"),
                    "TOOL_DENIED",
                    "Requests to '127.0.0.1' are not allowed. An administrator can add it to"
                            + " kvasir.tools.http-get-hosts.");
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void whatAToolReturnsIsNeverATemplate() {
        try (var worker = kit.worker("w1")) {
            UUID graph = node("builtin:json_path", "\"json\":\"[\\\"{{ input.question }}\\\"]\",\"path\":\"$[0]\"");
            RunId run = kit.start(graph, "{{ run.seed }}");

            assertThat(awaitEnd(run).output()).hasToString("{\"answer\":\"[\\\"{{ run.seed }}\\\"]\"}");
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aCancelledRunDoesNotWaitForItsTool() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(node("java:dawdle", ""), "q");
            await().until(() -> told(run).contains("tool.called java:dawdle {}"));

            long start = System.nanoTime();
            kit.runs.cancel(kit.owner, run, CancelMode.NOW);

            assertThat(awaitEnd(run).state()).isEqualTo(RunState.CANCELLED);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(worker).isNotNull();
        }
    }

    private void assertFailed(RunId run, String code, String message) {
        awaitEnd(run);
        StepRecord step = kit.step(run, "a");
        StepFault fault = Objects.requireNonNull(step.error());
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.detail()).isEqualTo(message);
        assertThat(step.attempts()).isEqualTo(1);
    }

    /** Events of node a, in short. */
    private List<String> told(RunId run) {
        return kit.runs.events(kit.owner, run, 0, 1000).stream()
                .filter(event -> "a".equals(event.node()))
                .map(event -> switch (event.name()) {
                    case "step.delta" ->
                        "step.delta " + event.data().path("text").asString();
                    case "tool.called" ->
                        "tool.called " + event.data().path("tool").asString() + " "
                                + event.data().path("arguments").asString();
                    case "tool.returned" ->
                        "tool.returned " + event.data().path("tool").asString() + " "
                                + event.data().path("isError").asBoolean();
                    default -> event.name();
                })
                .filter(line -> !line.equals("step.ready") && !line.equals("step.delta "))
                .toList();
    }

    private RunRecord awaitEnd(RunId run) {
        await().atMost(Duration.ofSeconds(20)).until(() -> kit.read(run).state().isFinal());
        return kit.read(run);
    }

    private UUID agent(String tools) {
        return graph("""
                {"id":"a","kind":"agent","model":"echo","tools":[%s],"prompt":{"user":"{{ input.question }}"}}""".formatted(tools));
    }

    private UUID node(String tool, String arguments) {
        return graph("""
                {"id":"a","kind":"tool","tool":"%s","arguments":{%s}}""".formatted(tool, arguments));
    }

    private UUID graph(String node) {
        return kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"g",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},%s,
                          {"id":"output","kind":"output","outputs":{"answer":"{{ a.text }}"}}],
                 "edges":[{"id":"in","from":"input","to":"a"},{"id":"out","from":"a","to":"output"}]}""".formatted(node));
    }
}
