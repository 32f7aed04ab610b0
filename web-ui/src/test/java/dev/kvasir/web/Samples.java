package dev.kvasir.web;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.library.VersionLock;
import dev.kvasir.run.EdgeRecord;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.HopRecord;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunState;
import dev.kvasir.run.RunTotals;
import dev.kvasir.run.StepId;
import dev.kvasir.run.StepMetrics;
import dev.kvasir.run.StepRecord;
import dev.kvasir.run.StepState;
import dev.kvasir.run.WaitId;
import dev.kvasir.run.WaitRecord;
import dev.kvasir.run.WireRecord;
import dev.kvasir.web.run.RunPage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Runs of the coder and the writer, as the API answers them. */
final class Samples {

    static final Instant START = Instant.parse("2026-11-25T03:00:00Z");
    static final String QUESTION = "Which house does the lamplighter of Orlen serve?";

    private static final String DOCUMENT = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"coder_writer",
             "nodes":[
              {"id":"input","kind":"input","schema":{"type":"object","required":["question"],
               "properties":{"question":{"type":"string"}}}},
              {"id":"coder","kind":"agent","model":"pocket-sharer","prompt":{"user":"Notes on: {{ input.question }}"}},
              {"id":"writer","kind":"agent","model":"pocket-receiver","prompt":{"user":"{{ input.question }}"}},
              {"id":"output","kind":"output","outputs":{"answer":"{{ writer.text }}"}}],
             "edges":[
              {"id":"input_coder","from":"input","to":"coder"},
              {"id":"input_writer","from":"input","to":"writer"},
              {"id":"coder_writer","from":"coder","to":"writer","link":{"mode":"C2C","fuser":"pocket","fallback":{"to":"TEXT"}}},
              {"id":"writer_output","from":"writer","to":"output"}]}
            """;

    private Samples() {}

    static Graph graph() {
        return GraphDocument.parse(DOCUMENT).graph().orElseThrow();
    }

    static RunId id(int number) {
        return new RunId(new UUID(0x0198_0000_0000_7000L, number));
    }

    /** The run under C2C. */
    static RunPage.Parts cache() {
        return parts(run(2, "C2C", "She serves the house of Tarn.", id(1)), "C2C", null);
    }

    /** The run under text. */
    static RunPage.Parts text() {
        return parts(run(1, "TEXT", "She serves the house of Vael.", null), "TEXT", "TEXT");
    }

    /** A run that waits for a person, who has said too little. */
    static RunPage.Parts waiting() {
        RunPage.Parts parts = text();
        JsonNode form = JsonMapper.shared().readTree("""
                {"type":"object","required":["why"],"properties":
                 {"why":{"type":"string","title":"Why"},"stars":{"type":"integer"},"twice":{"type":"boolean"}}}""");
        WaitRecord wait = new WaitRecord(
                new WaitId(new UUID(0x0198_0000_0000_7000L, 9)),
                parts.run().id(),
                new StepId(new UUID(0x0198_0000_0000_7000L, 8)),
                "gate",
                WaitRecord.State.OPEN,
                "May <b>this</b> be sent?",
                form,
                List.of("ann", "ben"),
                START,
                START.plusSeconds(86_400),
                null,
                null,
                null);
        return new RunPage.Parts(
                parts.run(),
                parts.graph(),
                parts.steps(),
                parts.edges(),
                parts.events(),
                new RunPage.Asked(
                        List.of(wait), Map.of("in.stars", "5"), List.of("Values required property 'why' not found")));
    }

    static RunPage.Parts answering(String answer) {
        return parts(run(3, "C2C", answer, null), "C2C", null);
    }

    private static RunRecord run(int number, String mode, String answer, @Nullable RunId paired) {
        boolean isText = mode.equals("TEXT");
        return new RunRecord(
                id(number),
                RunState.SUCCEEDED,
                false,
                "graph_01980000000070000000000000000001",
                "coder_writer",
                1,
                "sha256:9fd93eb9359cb6c082875bb6d87b3f79e24d2fa7dea9f02b9aa8c1e2f609b356",
                new VersionLock(Map.of(), Map.of(), Map.of()),
                object("question", QUESTION),
                object("answer", answer),
                null,
                7,
                "exact",
                Map.of(),
                null,
                null,
                paired,
                null,
                START,
                START.plusMillis(12),
                START.plusMillis(900),
                isText
                        ? new RunTotals(1650, 1742, 0, 74, 71, 0, 0, 0, 1290)
                        : new RunTotals(604, 683, 0, 62, 12, 58, 31, 1_474_560, 402),
                Map.of("input_coder", "TEXT", "coder_writer", mode, "writer_output", "TEXT"),
                14);
    }

    private static RunPage.Parts parts(RunRecord run, String mode, @Nullable String override) {
        boolean isText = mode.equals("TEXT");
        EdgeRecord plain = edge("input_coder", "TEXT", null, "TEXT");
        EdgeRecord crossed = edge("coder_writer", "C2C", override, mode);
        EventRecord queued = new EventRecord(
                1, START, run.id(), "run.queued", null, null, null, JsonNodeFactory.instance.objectNode());
        EventRecord planned = new EventRecord(
                2, START.plusMillis(3), run.id(), "edge.planned", null, null, "coder_writer", object("mode", mode));
        EventRecord ended = new EventRecord(
                3, START.plusMillis(900), run.id(), "run.succeeded", null, null, null, object("state", "SUCCEEDED"));
        return new RunPage.Parts(
                run,
                graph(),
                List.of(
                        step(run, "input", 0, null, null),
                        step(
                                run,
                                "coder",
                                12,
                                isText ? "The lamplighter of Orlen wears the grey of Vael." : "",
                                metrics(isText, true)),
                        step(run, "writer", isText ? 1080 : 240, Samples.answer(run), metrics(isText, false)),
                        step(run, "output", 900, null, null)),
                List.of(plain, crossed, edge("writer_output", "TEXT", null, "TEXT")),
                List.of(queued, planned, ended),
                RunPage.Asked.NOTHING);
    }

    private static String answer(RunRecord run) {
        JsonNode output = run.output();
        return output == null ? "" : output.path("answer").asString("");
    }

    private static StepMetrics metrics(boolean isText, boolean isCoder) {
        if (isCoder) {
            return isText
                    ? new StepMetrics(
                            "cpu:0", "f32", "exact", 14, 210, 96, 0, 0, 0, 0, 748, 0, 310, 1068, 38, 59, 0, 0, "NONE",
                            0, 0, 0)
                    : new StepMetrics(
                            "cpu:0", "f32", "exact", 14, 96, 118, 0, 0, 0, 0, 0, 0, 0, 228, 31, 0, 0, 58, "PAIR",
                            1_474_560, 31, 0.94);
        }
        return isText
                ? new StepMetrics(
                        "cpu:0", "f32", "exact", 8, 180, 121, 0, 0, 0, 0, 286, 0, 210, 595, 36, 12, 0, 0, "NONE", 0, 0,
                        0)
                : new StepMetrics(
                        "cpu:0", "f32", "exact", 8, 20, 88, 9, 41, 6, 2, 224, 0, 162, 398, 31, 12, 31, 0, "NONE", 0, 31,
                        0.94);
    }

    private static StepRecord step(
            RunRecord run, String node, long at, @Nullable String text, @Nullable StepMetrics metrics) {
        List<StepRecord.PromptTurn> prompt =
                metrics == null ? List.of() : List.of(new StepRecord.PromptTurn("user", QUESTION));
        return new StepRecord(
                new StepId(new UUID(0x0198_0000_0000_7000L, at)),
                run.id(),
                node,
                "",
                StepState.SUCCEEDED,
                1,
                metrics == null ? null : 0,
                metrics == null ? null : "worker-1",
                null,
                START.plusMillis(at),
                START.plusMillis(at + 8),
                START.plusMillis(at + 200),
                metrics == null ? null : "STOP",
                text,
                false,
                null,
                List.of("out"),
                null,
                false,
                null,
                prompt,
                metrics);
    }

    private static final WireRecord WIRE = new WireRecord(
            "INT8",
            391_680,
            List.of(2, 3),
            0.5,
            new WireRecord.Risk(12, 256, new WireRecord.Read(1, 1.0 / 12, 2), new WireRecord.Read(9, 0.75, 3)));

    private static EdgeRecord edge(String id, String mode, @Nullable String override, String effective) {
        boolean isFused = effective.equals("C2C");
        return new EdgeRecord(
                id,
                "",
                mode,
                override,
                effective,
                "AS_REQUESTED",
                null,
                isFused ? "pocket" : null,
                isFused ? "f0" : null,
                isFused ? 1_474_560 : 0,
                isFused ? 0 : 59,
                isFused ? 41 : 0,
                isFused ? 6 : 0,
                isFused ? 2 : 0,
                isFused ? 0.82 : 0,
                0.4,
                0.5,
                List.of(),
                isFused ? WIRE : null,
                isFused ? new HopRecord("edge", "default", "near", "far", 4096, 3, 250, 7) : null);
    }

    private static JsonNode object(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put(name, value);
    }
}
