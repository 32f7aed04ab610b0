package dev.kvasir.run;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.run.Journal.Entry;
import dev.kvasir.run.RerunRefusedException.Kind;
import dev.kvasir.run.RunRefusedException.Fault;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Starts a run that goes on from an earlier one, with the results that it takes over. */
final class RunAgain {

    private static final String TAKEN = "reused";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final RunRoom room;
    private final RunRules rules;
    private final Versions versions;

    RunAgain(JdbcClient jdbc, JsonMapper json, RunRoom room, RunRules rules) {
        this.jdbc = jdbc;
        this.json = json;
        this.room = room;
        this.rules = rules;
        this.versions = new Versions(jdbc, json);
    }

    /** What a run is to be like, and what it takes over. */
    record Order(StartRun request, GraphVersion version, RunGraph graph, Takeover takeover) {}

    /**
     * What is taken over from an earlier run.
     *
     * @param again the nodes that get a step of their own
     */
    record Takeover(RunId source, Rerun rerun, Set<NodeId> again) {}

    private record Source(
            UUID graph,
            int version,
            RunState state,
            String input,
            long seed,
            int priority,
            long timeoutMs,
            String labels,
            String edgeOverrides,
            String nodeOverrides) {

        static Source read(ResultSet row) throws SQLException {
            return new Source(
                    row.getObject("graph_id", UUID.class),
                    row.getInt("version"),
                    RunState.valueOf(row.getString("state")),
                    row.getString("input"),
                    row.getLong("seed"),
                    row.getInt("priority"),
                    row.getLong("timeout_ms"),
                    row.getString("labels"),
                    row.getString("edge_overrides"),
                    row.getString("node_overrides"));
        }
    }

    /**
     * Plans it.
     *
     * @throws RerunRefusedException if the earlier run has not ended, or what is asked does not fit it; with every fault
     * @throws RunRefusedException if the graph's rules refuse it
     */
    Order order(UUID owner, RunId run, Rerun rerun) {
        Source source = jdbc.sql("SELECT * FROM run WHERE id = :run AND owner_id = :owner")
                .param("run", run.value())
                .param("owner", owner)
                .query((row, number) -> Source.read(row))
                .single();
        checkState(run, source, rerun);
        checkRequest(rerun);
        GraphVersion version = versions.find(
                owner, new GraphId(source.graph()), rerun.version() == null ? source.version() : rerun.version());
        StartRun request = request(source, version, rerun);
        RunGraph graph = rules.graph(owner, version, request);
        rules.checkInput(graph.graph(), request.input());
        Map<String, StepRow> newest = new HashMap<>();
        room.rows().steps(run.value()).forEach(step -> newest.put(step.node(), step));
        Reruns reruns = new Reruns(graph, newest, rerun);
        Set<NodeId> again = reruns.again();
        List<Fault> faults = reruns.faults(
                again,
                GraphDocument.parse(versions.of(run.value()).document()),
                GraphDocument.parse(version.document()));
        if (!faults.isEmpty()) {
            throw new RerunRefusedException(Kind.INVALID, RunRefusedException.summary(faults), faults);
        }
        return new Order(request, version, graph, new Takeover(run, rerun, again));
    }

    private static void checkState(RunId run, Source source, Rerun rerun) {
        if (!source.state().isFinal()) {
            throw new RerunRefusedException(
                    Kind.NOT_FINISHED,
                    "Run " + run + " is " + source.state() + ". Wait for its end, or cancel it first.",
                    List.of());
        }
        if (rerun.kind() == Rerun.Kind.RETRY && source.state() == RunState.SUCCEEDED) {
            throw new RerunRefusedException(
                    Kind.SUCCEEDED,
                    "Run " + run
                            + " has succeeded; there is nothing to try again. Replay it from a node, or start a new run.",
                    List.of());
        }
        if (rerun.reuse() == Rerun.Reuse.CACHES) {
            throw new RerunRefusedException(
                    Kind.CACHE_EXPIRED,
                    "Run " + run + " has kept no caches; they go with their island. Use \"reuse\": \"OUTPUTS\".",
                    List.of());
        }
    }

    private static void checkRequest(Rerun rerun) {
        boolean saysNothing = rerun.kind() == Rerun.Kind.REPLAY
                && rerun.reuse() == Rerun.Reuse.OUTPUTS
                && rerun.from().isEmpty()
                && rerun.outputs().isEmpty();
        if (saysNothing) {
            String detail =
                    "Say from which node it is to run again (fromNode), or what a node is to have said (stepOutputs).";
            List<Fault> faults = List.of(new Fault(null, "/fromNode", null, null, detail, null));
            throw new RerunRefusedException(Kind.INVALID, RunRefusedException.summary(faults), faults);
        }
    }

    private StartRun request(Source source, GraphVersion version, Rerun rerun) {
        Map<String, JsonNode> edges = new HashMap<>(rules.fields(source.edgeOverrides()));
        edges.putAll(rerun.edgeOverrides());
        Map<String, String> labels = new HashMap<>();
        json.readTree(source.labels())
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
        return new StartRun(
                source.graph(),
                version.number(),
                rerun.input() == null ? (ObjectNode) json.readTree(source.input()) : rerun.input(),
                source.seed(),
                edges,
                rules.fields(source.nodeOverrides()),
                source.priority(),
                Duration.ofMillis(source.timeoutMs()),
                labels,
                null);
    }

    /** Gives a new run its lineage, and the steps that it takes over. */
    List<Entry> takeOver(UUID run, RunGraph graph, Takeover takeover) {
        jdbc.sql("""
                        UPDATE run SET parent_run_id = CASE WHEN :retry THEN CAST(:source AS uuid) END,
                                       replayed_from = CASE WHEN NOT :retry THEN CAST(:source AS uuid) END
                        WHERE id = :run""")
                .param("run", run)
                .param("source", takeover.source().value())
                .param("retry", takeover.rerun().kind() == Rerun.Kind.RETRY)
                .update();
        List<Entry> news = new ArrayList<>();
        List<StepRow> earlier = room.rows().steps(takeover.source().value());
        int position = 0;
        for (Node node : graph.graph().inOrder()) {
            int place = position++;
            Rerun.Edited edited = takeover.rerun().outputs().get(node.id());
            if (edited != null) {
                news.add(Entry.step("step.reused", put(run, node, edited, place)));
            } else if (isTaken(graph.graph(), node, takeover)) {
                earlier.stream()
                        .filter(step -> step.node().equals(node.id().value())
                                && step.state().hasResult())
                        .map(step -> copy(run, step, place))
                        .forEach(step -> news.add(Entry.step("step.reused", step)));
            }
        }
        return news;
    }

    private static boolean isTaken(Graph graph, Node node, Takeover takeover) {
        return !takeover.again().contains(node.id())
                && !node.id().equals(graph.input().id());
    }

    private StepRow copy(UUID run, StepRow source, int position) {
        StepRow step = new StepRow(
                HexIds.next(),
                source.node(),
                source.iteration(),
                source.visit(),
                null,
                StepState.REUSED,
                1,
                source.maxAttempts(),
                source.ports());
        insert(run, step, position, source.id(), false);
        jdbc.sql("""
                        INSERT INTO result (step_id, epoch, text, truncated, value, finish_reason, prompt_sha256, messages)
                        SELECT :step, 1, text, truncated, value, finish_reason, prompt_sha256, messages
                        FROM result WHERE step_id = :source""").param("step", step.id()).param("source", source.id()).update();
        return step;
    }

    private StepRow put(UUID run, Node node, Rerun.Edited edited, int position) {
        List<String> ports =
                node.ports().isEmpty() ? List.of() : List.of(node.ports().getFirst());
        StepRow step = new StepRow(
                HexIds.next(),
                node.id().value(),
                Iteration.FIRST,
                0,
                null,
                StepState.REUSED,
                1,
                node.options().retry().maxAttempts(),
                ports);
        insert(run, step, position, null, true);
        jdbc.sql("INSERT INTO result (step_id, epoch, text, value) VALUES (:step, 1, :text, :value::json)")
                .param("step", step.id())
                .param("text", edited.text() == null ? null : SafeText.storable(edited.text()))
                .param("value", edited.json() == null ? null : edited.json().toString())
                .update();
        return step;
    }

    private void insert(UUID run, StepRow step, int position, @Nullable UUID source, boolean edited) {
        jdbc.sql("""
                        INSERT INTO step (id, run_id, node, iteration, visit, position, state, attempts, max_attempts, ports,
                            ready_at, started_at, finished_at, reused_from, edited)
                        VALUES (:id, :run, :node, :iteration, :visit, :position, 'REUSED', 1, :most, :ports, clock_timestamp(),
                            clock_timestamp(), clock_timestamp(), :source, :edited)""")
                .param("id", step.id())
                .param("run", run)
                .param("node", step.node())
                .param("iteration", step.iteration().toString())
                .param("visit", step.visit())
                .param("position", position)
                .param("most", step.maxAttempts())
                .param("ports", step.ports().toArray(String[]::new))
                .param("source", source)
                .param("edited", edited)
                .update();
        jdbc.sql("""
                        INSERT INTO attempt (step_id, number, epoch, state, worker, finished_at)
                        VALUES (:step, 1, 1, 'SUCCEEDED', :worker, clock_timestamp())""").param("step", step.id()).param("worker", TAKEN).update();
    }
}
