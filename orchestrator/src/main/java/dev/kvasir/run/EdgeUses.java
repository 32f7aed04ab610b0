package dev.kvasir.run;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.EdgeId;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.Journal.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The ledger of a run's edges: planned when the run starts, settled when the step that the edge leads to is committed. */
final class EdgeUses {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcClient jdbc;

    EdgeUses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param graph whose edge it is */
    Entry plan(UUID run, LinkPlan plan, Graph graph) {
        Edge edge = graph.edge(plan.edge()).orElseThrow();

        jdbc.sql("""
                        INSERT INTO edge_use (run_id, edge, requested_mode, override_mode, effective_mode, reason, reason_text,
                            fuser, from_node, to_node, from_model, to_model)
                        VALUES (:run, :edge, :requested, :override, :effective, :reason, :reasonText, :fuser, :from, :to,
                            :fromModel, :toModel)""")
                .param("run", run)
                .param("edge", plan.edge().value())
                .param("requested", plan.requested().name())
                .param(
                        "override",
                        plan.override() == null ? null : plan.override().name())
                .param("effective", plan.effective().name())
                .param("reason", plan.reason().name())
                .param("reasonText", plan.reasonText())
                .param("fuser", plan.fuser())
                .param("from", edge.from().value())
                .param("to", edge.to().value())
                .param("fromModel", model(graph, edge.from()))
                .param("toModel", model(graph, edge.to()))
                .update();
        return Entry.edge(
                "edge.planned",
                plan.edge().value(),
                Entry.nothing()
                        .put("mode", plan.effective().name())
                        .put("reason", plan.reason().name()));
    }

    private static @Nullable String model(Graph graph, NodeId node) {
        return graph.node(node).orElse(null) instanceof Node.Agent agent ? agent.model() : null;
    }

    List<LinkPlan> plans(UUID run) {
        return jdbc.sql("SELECT * FROM edge_use WHERE run_id = :run AND iteration = '' ORDER BY edge")
                .param("run", run)
                .query((row, number) -> plan(row))
                .list();
    }

    /** Makes room for what crosses the edges into a node in another round, planned as in the first. */
    void repeat(UUID run, StepRow step) {
        jdbc.sql("""
                        INSERT INTO edge_use (run_id, edge, iteration, requested_mode, override_mode, effective_mode, reason,
                            reason_text, fuser, from_node, to_node, from_model, to_model)
                        SELECT run_id, edge, :iteration, requested_mode, override_mode, effective_mode, reason, reason_text,
                            fuser, from_node, to_node, from_model, to_model
                        FROM edge_use WHERE run_id = :run AND to_node = :node AND iteration = ''""")
                .param("run", run)
                .param("node", step.node())
                .param("iteration", step.iteration().toString())
                .update();
    }

    /** @param iteration of the step that took what crossed */
    List<Entry> use(UUID run, Iteration iteration, EdgeOutcome use) {
        LinkPlan plan = use.plan();
        Link.Mode planned = mode(run, iteration, plan.edge());
        jdbc.sql("""
                        UPDATE edge_use SET effective_mode = :effective, reason = :reason, reason_text = :reasonText,
                            fuser = :fuser, fuser_digest = :digest, cache_bytes = :bytes,
                            tokens = CASE WHEN :effective = 'TEXT' THEN coalesce(
                                (SELECT generated_tokens FROM metric JOIN step ON step.id = metric.step_id
                                 WHERE step.run_id = :run AND step.node = :from ORDER BY step.visit DESC LIMIT 1), 0) ELSE :tokens END,
                            project_ms = :project, fuse_ms = :fuse, copy_ms = :copy, gate_open_share = :gates,
                            mean_key_weight = :keys, mean_value_weight = :values,
                            layers = :layers,
                            wire = CASE WHEN :effective <> 'TEXT' THEN coalesce(CAST(:wire AS jsonb), wire) END,
                            hop = CASE WHEN :effective <> 'TEXT' THEN coalesce(CAST(:hop AS jsonb), hop) END
                        WHERE run_id = :run AND edge = :edge AND iteration = :iteration""")
                .param("run", run)
                .param("iteration", iteration.toString())
                .param("edge", plan.edge().value())
                .param("effective", plan.effective().name())
                .param("reason", plan.reason().name())
                .param("reasonText", plan.reasonText())
                .param("fuser", plan.fuser())
                .param("digest", use.fuserDigest())
                .param("bytes", use.cacheBytes())
                .param("tokens", use.tokens())
                .param("from", use.from().value())
                .param("project", use.fusion().project().toMillis())
                .param("fuse", use.fusion().fuse().toMillis())
                .param("copy", use.fusion().copy().toMillis())
                .param("gates", Math.clamp(use.fusion().gateOpenShare(), 0, 1))
                .param("keys", Math.clamp(use.fusion().meanKeyWeight(), 0, 1))
                .param("layers", use.layers().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .param("wire", use.wire() == null ? null : JSON.writeValueAsString(WireRecord.of(use.wire())))
                .param("hop", use.hop() == null ? null : JSON.writeValueAsString(use.hop()))
                .param("values", Math.clamp(use.fusion().meanValueWeight(), 0, 1))
                .update();
        return events(use, planned);
    }

    /** What is told of an edge by now. */
    EdgeRecord find(UUID run, EdgeId edge) {
        return jdbc.sql("SELECT * FROM edge_use WHERE run_id = :run AND edge = :edge AND iteration = ''")
                .param("run", run)
                .param("edge", edge.value())
                .query((row, number) -> record(row))
                .single();
    }

    private Link.Mode mode(UUID run, Iteration iteration, EdgeId edge) {
        return jdbc.sql("""
                        SELECT effective_mode FROM edge_use
                        WHERE run_id = :run AND edge = :edge AND iteration = :iteration""")
                .param("run", run)
                .param("iteration", iteration.toString())
                .param("edge", edge.value())
                .query((row, number) -> Link.Mode.valueOf(row.getString(1)))
                .single();
    }

    private static List<Entry> events(EdgeOutcome use, Link.Mode planned) {
        List<Entry> news = new ArrayList<>();
        String edge = use.plan().edge().value();
        Link.Mode effective = use.plan().effective();
        if (effective != planned) {
            news.add(Entry.edge(
                    "edge.fallback",
                    edge,
                    Entry.nothing()
                            .put("from", planned.name())
                            .put("to", effective.name())
                            .put("reason", use.plan().reason().name())));
        }
        HopRecord hop = use.hop();
        if (use.cacheBytes() > 0 && (hop == null || hop.hasArrived())) {
            news.add(Entry.edge(
                    "edge.transfer",
                    edge,
                    Entry.nothing()
                            .put("cacheBytes", use.cacheBytes())
                            .put("copyMs", use.fusion().copy().toMillis())));
        }
        if (effective == Link.Mode.C2C || effective == Link.Mode.TEXT_C2C) {
            news.add(Entry.edge(
                    "edge.fused",
                    edge,
                    Entry.nothing()
                            .put("projectMs", use.fusion().project().toMillis())
                            .put("fuseMs", use.fusion().fuse().toMillis())
                            .put("gateOpenShare", use.fusion().gateOpenShare())));
        }
        return news;
    }

    private static LinkPlan plan(ResultSet row) throws SQLException {
        String override = row.getString("override_mode");
        return new LinkPlan(
                new EdgeId(row.getString("edge")),
                Link.Mode.valueOf(row.getString("requested_mode")),
                override == null ? null : Link.Mode.valueOf(override),
                Link.Mode.valueOf(row.getString("effective_mode")),
                LinkPlan.Reason.valueOf(row.getString("reason")),
                row.getString("reason_text"),
                row.getString("fuser"));
    }

    private static List<Integer> layers(String stored) {
        return stored.isEmpty()
                ? List.of()
                : Arrays.stream(stored.split(",", -1)).map(Integer::valueOf).toList();
    }

    static EdgeRecord record(ResultSet row) throws SQLException {
        String override = row.getString("override_mode");
        return new EdgeRecord(
                row.getString("edge"),
                row.getString("iteration"),
                row.getString("requested_mode"),
                override,
                row.getString("effective_mode"),
                row.getString("reason"),
                row.getString("reason_text"),
                row.getString("fuser"),
                row.getString("fuser_digest"),
                row.getLong("cache_bytes"),
                row.getInt("tokens"),
                row.getLong("project_ms"),
                row.getLong("fuse_ms"),
                row.getLong("copy_ms"),
                row.getDouble("gate_open_share"),
                row.getDouble("mean_key_weight"),
                row.getDouble("mean_value_weight"),
                layers(row.getString("layers")),
                wire(row.getString("wire")),
                hop(row.getString("hop")));
    }

    private static @Nullable HopRecord hop(@Nullable String stored) {
        return stored == null ? null : JSON.readValue(stored, HopRecord.class);
    }

    private static @Nullable WireRecord wire(@Nullable String stored) {
        return stored == null ? null : JSON.readValue(stored, WireRecord.class);
    }
}
