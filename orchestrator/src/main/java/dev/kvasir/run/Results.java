package dev.kvasir.run;

import dev.kvasir.agent.Message;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.graph.EdgeId;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Said;
import dev.kvasir.run.InlineSteps.Left;
import dev.kvasir.run.Journal.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What steps left behind: results, metrics and what crossed their edges. Written once, with the commit of the step. */
final class Results {

    private static final int LONGEST_TEXT = 1 << 20;
    private static final String INLINE = "none";

    /** What each node said last: the newest of its steps that has ended. */
    private static final String SAID = """
            SELECT DISTINCT ON (step.node) step.node, step.state, step.error, result.text, result.messages, result.value
            FROM step LEFT JOIN result ON result.step_id = step.id
            WHERE step.run_id = :run AND step.finished_at IS NOT NULL
            ORDER BY step.node, step.visit DESC""";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final AvoidedTokens avoided;
    private final EdgeUses edges;

    Results(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.avoided = new AvoidedTokens(jdbc);
        this.edges = new EdgeUses(jdbc);
    }

    /**
     * Writes what a worker computed under its lease.
     *
     * @return what the event of the step tells
     */
    ObjectNode write(StepRow step, Lease lease, StepOutcome outcome) {
        String text = outcome.text() == null ? null : SafeText.storable(outcome.text());
        String kept = text == null ? null : SafeText.cut(text, LONGEST_TEXT);
        String messages = messages(outcome.messages());
        jdbc.sql("""
                        INSERT INTO result (step_id, epoch, text, truncated, value, finish_reason, prompt_sha256, messages)
                        VALUES (:step, :epoch, :text, :truncated, :value::json, :reason, :sha256, :messages::json)""")
                .param("step", step.id())
                .param("epoch", lease.epoch())
                .param("text", kept)
                .param("truncated", text != null && !text.equals(kept))
                .param("value", outcome.json() == null ? null : outcome.json().toString())
                .param(
                        "reason",
                        outcome.finishReason() == null
                                ? null
                                : outcome.finishReason().name())
                .param("sha256", Digests.sha256(messages))
                .param("messages", messages)
                .update();
        long total = writeMetric(step, lease, outcome, avoided.by(lease.run(), step.node(), outcome));
        return summary(outcome, total);
    }

    /** Milliseconds from ready to done, as stored. */
    private long writeMetric(StepRow step, Lease lease, StepOutcome outcome, AvoidedTokens.Count count) {
        return jdbc.sql("""
                        INSERT INTO metric (step_id, device, dtype, profile, queue_ms, load_ms, prefill_ms, align_ms,
                            project_ms, fuse_ms, copy_ms, decode_ms, tool_ms, first_token_ms, total_ms, prompt_tokens,
                            generated_tokens, reused_tokens, avoided_tokens, avoided_basis, cache_bytes, fused_positions,
                            aligned_share)
                        SELECT :step, :device, :dtype, :profile, queue.ms, :load, :prefill, :align, :project, :fuse,
                            :copy, :decode, :tool, :firstToken, queue.ms + :work, :prompt, :generated, :reused, :avoided,
                            :basis, :bytes, :fused, :aligned
                        FROM step JOIN attempt ON attempt.step_id = step.id AND attempt.epoch = :epoch
                        CROSS JOIN LATERAL (SELECT :waited + greatest(0,
                            extract(epoch FROM attempt.started_at - step.ready_at) * 1000)::bigint AS ms) queue
                        WHERE step.id = :step
                        RETURNING total_ms""")
                .param("step", step.id())
                .param("epoch", lease.epoch())
                .param("device", outcome.placement().device())
                .param("dtype", outcome.placement().dtype())
                .param("profile", outcome.placement().profile())
                .param("load", millis(outcome.timings().load()))
                .param("prefill", millis(outcome.timings().prefill()))
                .param("align", millis(outcome.timings().align()))
                .param("project", millis(outcome.timings().project()))
                .param("fuse", millis(outcome.timings().fuse()))
                .param("copy", millis(outcome.timings().copy()))
                .param("decode", millis(outcome.timings().decode()))
                .param("tool", millis(outcome.tools()))
                .param("firstToken", millis(outcome.timings().firstToken()))
                .param("waited", millis(outcome.waited()))
                .param("work", millis(outcome.timings().total()))
                .param("prompt", outcome.promptTokens())
                .param("generated", outcome.generatedTokens())
                .param("reused", outcome.reusedTokens())
                .param("avoided", count.tokens())
                .param("basis", count.basis().name())
                .param("bytes", outcome.cacheBytes())
                .param("fused", outcome.fusion().fusedPositions())
                .param("aligned", Math.clamp(outcome.fusion().alignedShare(), 0, 1))
                .query((row, number) -> row.getLong("total_ms"))
                .single();
    }

    /** Ends a step that needs no worker with what it leaves behind. */
    void writeInline(StepRow step, Left left) {
        end(step, left);
        jdbc.sql("INSERT INTO metric (step_id, device, dtype, profile) VALUES (:step, :none, :none, :none)")
                .param("step", step.id())
                .param("none", INLINE)
                .update();
    }

    /** Ends a step whose work was done by runs within it; what they took is added up. */
    void writeInner(StepRow step, Left left) {
        end(step, left);
        jdbc.sql("""
                        INSERT INTO metric (step_id, device, dtype, profile, total_ms, prompt_tokens, generated_tokens,
                            reused_tokens, avoided_tokens, avoided_basis, cache_bytes)
                        SELECT :step, :none, :none, :none,
                            (SELECT greatest(0, extract(epoch FROM finished_at - ready_at) * 1000)::bigint FROM step WHERE id = :step),
                            coalesce(sum(m.prompt_tokens), 0), coalesce(sum(m.generated_tokens), 0),
                            coalesce(sum(m.reused_tokens), 0), coalesce(sum(m.avoided_tokens), 0),
                            CASE WHEN coalesce(sum(m.avoided_tokens), 0) > 0 THEN 'MEAN' ELSE 'NONE' END,
                            coalesce(sum(m.cache_bytes), 0)
                        FROM run r JOIN step s ON s.run_id = r.id JOIN metric m ON m.step_id = s.id
                        WHERE r.outer_step_id = :step""").param("step", step.id()).param("none", INLINE).update();
    }

    private void end(StepRow step, Left left) {
        jdbc.sql("""
                        UPDATE step SET state = 'SUCCEEDED', attempts = 1, ready_at = coalesce(ready_at, clock_timestamp()),
                               started_at = coalesce(started_at, clock_timestamp()), finished_at = clock_timestamp(),
                               ports = :ports
                        WHERE id = :step""")
                .param("step", step.id())
                .param("ports", left.ports().toArray(String[]::new))
                .update();
        jdbc.sql("""
                        INSERT INTO attempt (step_id, number, epoch, state, worker, finished_at)
                        VALUES (:step, 1, 1, 'SUCCEEDED', :worker, clock_timestamp())""").param("step", step.id()).param("worker", INLINE).update();
        String text = left.text() == null ? null : SafeText.storable(left.text());
        String kept = text == null ? null : SafeText.cut(text, LONGEST_TEXT);
        jdbc.sql("""
                        INSERT INTO result (step_id, epoch, text, truncated, value)
                        VALUES (:step, 1, :text, :truncated, :value::json)""")
                .param("step", step.id())
                .param("text", kept)
                .param("truncated", text != null && !text.equals(kept))
                .param("value", left.value().toString())
                .update();
    }

    /** Writes what crossed an edge; the events tell of it. */
    List<Entry> write(UUID run, Iteration iteration, EdgeOutcome edge) {
        return edges.use(run, iteration, edge);
    }

    /** What is told of an edge by now. */
    EdgeRecord edge(UUID run, EdgeId edge) {
        return edges.find(run, edge);
    }

    /** How a run's edges are to cross by now. */
    List<LinkPlan> plans(UUID run) {
        return edges.plans(run);
    }

    /** What templates may name by now. */
    RunValues values(UUID run) {
        Map<NodeId, Said> said = new HashMap<>();
        Map<NodeId, String> prompts = new HashMap<>();
        jdbc.sql(SAID).param("run", run).query(row -> {
            NodeId node = new NodeId(row.getString("node"));
            said(row).ifPresent(what -> said.put(node, what));
            prompts.put(node, lastUserTurn(row.getString("messages")));
        });
        return jdbc.sql("SELECT input, seed FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> new RunValues(
                        (ObjectNode) json.readTree(row.getString("input")), row.getLong("seed"), 0, said, prompts))
                .single();
    }

    private Optional<Said> said(ResultSet row) throws SQLException {
        return switch (StepState.valueOf(row.getString("state"))) {
            case SUCCEEDED, REUSED ->
                Optional.of(new Said(row.getString("text"), tree(row.getString("value")), null))
                        .filter(said -> said.text() != null || said.json() != null);
            case FAILED ->
                Optional.ofNullable(new Faults(json).read(row.getString("error")))
                        .map(fault -> Said.failed(fault.code(), fault.detail()));
            case PENDING, READY, RUNNING, WAITING, SKIPPED, CANCELLED -> Optional.empty();
        };
    }

    private @Nullable JsonNode tree(@Nullable String document) {
        return document == null ? null : json.readTree(document);
    }

    private String lastUserTurn(@Nullable String messages) {
        String last = "";
        if (messages != null) {
            for (JsonNode turn : json.readTree(messages)) {
                last = turn.path("role").asString().equals("user")
                        ? turn.path("content").asString()
                        : last;
            }
        }
        return last;
    }

    /** Why a step failed. */
    @Nullable
    StepFault stepFault(UUID step) {
        return jdbc.sql("SELECT error FROM step WHERE id = :step")
                .param("step", step)
                .query((row, number) -> Optional.ofNullable(new Faults(json).read(row.getString("error"))))
                .single()
                .orElse(null);
    }

    /** The run's output: what its output nodes hold, in one object. */
    ObjectNode output(UUID run, List<String> nodes) {
        ObjectNode output = json.createObjectNode();
        jdbc.sql("SELECT node, value FROM step JOIN result ON step_id = id WHERE run_id = :run ORDER BY position")
                .param("run", run)
                .query(row -> {
                    if (nodes.contains(row.getString("node"))
                            && json.readTree(row.getString("value")) instanceof ObjectNode value) {
                        value.properties().forEach(entry -> output.set(entry.getKey(), entry.getValue()));
                    }
                });
        return output;
    }

    /** Why a run fails, as its terminal event tells; empty if nothing failed. */
    ObjectNode fault(UUID run) {
        ObjectNode data = json.createObjectNode();
        String error = jdbc.sql("SELECT error FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> row.getString("error") == null ? "" : row.getString("error"))
                .single();
        return error.isEmpty() ? data : data.set("error", json.readTree(error));
    }

    private ObjectNode summary(StepOutcome outcome, long totalMillis) {
        return json.createObjectNode()
                .put("totalMs", totalMillis)
                .put("promptTokens", outcome.promptTokens())
                .put("generatedTokens", outcome.generatedTokens())
                .put("reusedTokens", outcome.reusedTokens());
    }

    /** Rounded, not cut, so that a step's parts still sum to its whole. */
    private static long millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e6);
    }

    private String messages(List<Message> messages) {
        ArrayNode turns = json.createArrayNode();
        for (Message message : messages) {
            turns.addObject()
                    .put("role", message.role().name().toLowerCase(Locale.ROOT))
                    .put("content", SafeText.storable(message.content()));
        }
        return turns.toString();
    }
}
