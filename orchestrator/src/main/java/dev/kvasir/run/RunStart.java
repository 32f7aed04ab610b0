package dev.kvasir.run;

import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphRef;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.run.Journal.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes a run on: its rows, its key and its first events in one transaction. */
final class RunStart {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final RunRoom room;
    private final RunKeys keys;
    private final Versions versions;
    private final RunRules rules;
    private final EdgeUses edges;
    private final RunSteps steps;
    private final RunAgain again;
    private final Admission admission;
    private final RunProperties settings;

    RunStart(JdbcClient jdbc, JsonMapper json, RunRoom room, RunRules rules, RunProperties settings) {
        this.jdbc = jdbc;
        this.json = json;
        this.room = room;
        this.keys = new RunKeys(jdbc);
        this.versions = new Versions(jdbc, json);
        this.rules = rules;
        this.edges = new EdgeUses(jdbc);
        this.steps = new RunSteps(jdbc, settings.stepTimeout());
        this.again = new RunAgain(jdbc, json, room, rules);
        this.admission = new Admission(jdbc, room, settings);
        this.settings = settings;
    }

    StartedRun start(UUID owner, StartRun request, @Nullable RunKey key) {
        return once(key, () -> startOnce(owner, request, key));
    }

    /**
     * Starts a run that goes on from an earlier one.
     *
     * @throws RerunRefusedException if it cannot go on so; with every fault
     */
    StartedRun again(UUID owner, RunId source, Rerun rerun, @Nullable RunKey key) {
        return once(key, () -> startAgain(owner, source, rerun, key));
    }

    private StartedRun once(@Nullable RunKey key, Supplier<StartedRun> starting) {
        try {
            return room.transactions().in(starting);
        } catch (DataAccessException fault) {
            if (key != null && DatabaseFaults.isLockTimeout(fault)) {
                throw RunKeyException.inFlight();
            }
            throw fault;
        }
    }

    private StartedRun startOnce(UUID owner, StartRun request, @Nullable RunKey key) {
        UUID id = HexIds.next();
        if (key != null && !keys.take(owner, key, id)) {
            return replay(keys.subject(owner, key));
        }
        refuseWhenFull();
        GraphVersion version = versions.find(owner, new GraphId(request.graph()), request.version());
        RunGraph graph = rules.graph(owner, version, request);
        rules.checkInput(graph.graph(), request.input());
        admission.check(owner, request);
        insertRun(owner, id, request, version, graph.graph());
        admission.write(id, request.terms());
        begin(id, request, graph, version);
        advance(id);
        return started(id, version, false);
    }

    private StartedRun startAgain(UUID owner, RunId source, Rerun rerun, @Nullable RunKey key) {
        UUID id = HexIds.next();
        if (key != null && !keys.take(owner, key, id)) {
            return replay(keys.subject(owner, key));
        }
        refuseWhenFull();
        RunAgain.Order order = again.order(owner, source, rerun);
        insertRun(owner, id, order.request(), order.version(), order.graph().graph());
        begin(id, order.request(), order.graph(), order.version(), order.takeover());
        advance(id);
        return started(id, order.version(), false);
    }

    /** One element of a map, or the input of a subgraph. */
    record Item(int number, ObjectNode input) {}

    /**
     * Starts a run within another. The caller holds the lock of the outer run's row; an input that does not fit fails the inner
     * run, not the caller.
     */
    void within(RunRow outer, StepRow step, GraphRef graph, Item item) {
        Outer around = outer(outer.id());
        GraphVersion version = versions.find(around.owner(), lockedTo(outer.id(), graph), graph.version());
        StartRun request = new StartRun(
                version.graph().value(),
                graph.version(),
                item.input(),
                around.seed(),
                Map.of(),
                Map.of(),
                around.priority(),
                null,
                Map.of(),
                null);
        RunGraph planned = rules.graph(around.owner(), version, request);
        UUID id = HexIds.next();
        insertRun(around.owner(), id, request, version, planned.graph());
        jdbc.sql("UPDATE run SET outer_run_id = :outer, outer_step_id = :step, item = :item WHERE id = :id")
                .param("id", id)
                .param("outer", outer.id())
                .param("step", step.id())
                .param("item", item.number())
                .update();
        begin(id, request, planned, version);
        StepFault unfit = unfit(planned.graph(), item.input());
        if (unfit == null) {
            advance(id);
        } else {
            room.progression().stop(id, RunState.FAILED, CancelMode.NOW, unfit);
        }
    }

    private @Nullable StepFault unfit(Graph graph, ObjectNode input) {
        try {
            rules.checkInput(graph, input);
            return null;
        } catch (RunRefusedException unfit) {
            return new StepFault("INPUT_INVALID", String.valueOf(unfit.getMessage()), false, null);
        }
    }

    private record Outer(UUID owner, long seed, int priority) {}

    private Outer outer(UUID run) {
        return jdbc.sql("SELECT owner_id, seed, priority FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) ->
                        new Outer(row.getObject("owner_id", UUID.class), row.getLong("seed"), row.getInt("priority")))
                .single();
    }

    /** The graph that a reference meant when the outer run's version was published. */
    private GraphId lockedTo(UUID run, GraphRef graph) {
        String id = versions.of(run).lock().graphs().get(graph.toString());
        return GraphId.parse(id == null ? "" : id)
                .orElseThrow(() -> new IllegalStateException(
                        "The version of run " + new RunId(run) + " was not locked to graph " + graph));
    }

    private StartedRun replay(UUID run) {
        return started(run, versions.of(run), true);
    }

    private static StartedRun started(UUID id, GraphVersion version, boolean replayed) {
        return new StartedRun(new RunId(id), version.name(), version.number(), version.id(), replayed);
    }

    private void refuseWhenFull() {
        long queued = jdbc.sql("SELECT count(*) FROM run WHERE state = 'QUEUED'")
                .query((row, number) -> row.getLong(1))
                .single();
        if (queued >= settings.queueLimit()) {
            throw new QueueFullException(queued, settings.queueLimit());
        }
    }

    private void insertRun(UUID owner, UUID id, StartRun request, GraphVersion version, Graph graph) {
        String input = request.input().toString();
        jdbc.sql("""
                        INSERT INTO run (id, owner_id, graph_id, version, state, input, input_sha256, seed, profile, priority,
                            labels, edge_overrides, node_overrides, timeout_ms, paired_run_id, queue_deadline_at)
                        VALUES (:id, :owner, :graph, :version, 'QUEUED', :input::json, :sha256, :seed, :profile, :priority,
                            :labels::jsonb, :edges::jsonb, :nodes::jsonb, :timeout, :paired,
                            clock_timestamp() + :queue * interval '1 ms')""")
                .param("id", id)
                .param("owner", owner)
                .param("graph", request.graph())
                .param("version", version.number())
                .param("input", input)
                .param("sha256", Digests.sha256(input))
                .param("seed", request.seed() == null ? 0 : request.seed())
                .param("profile", graph.settings().profile().json())
                .param("priority", request.priority() == null ? 0 : request.priority())
                .param("labels", json.valueToTree(request.labels()).toString())
                .param("edges", json.valueToTree(request.edgeOverrides()).toString())
                .param("nodes", json.valueToTree(request.nodeOverrides()).toString())
                .param(
                        "timeout",
                        (request.timeout() == null ? graph.settings().timeout() : request.timeout()).toMillis())
                .param(
                        "paired",
                        request.paired() == null ? null : request.paired().value())
                .param("queue", settings.queueWait().toMillis())
                .update();
    }

    private void begin(UUID run, StartRun request, RunGraph graph, GraphVersion version) {
        begin(run, request, graph, version, null);
    }

    /** @param takeover what the run has from an earlier one; null when it has nothing */
    private void begin(
            UUID run, StartRun request, RunGraph graph, GraphVersion version, RunAgain.@Nullable Takeover takeover) {
        int priority = request.priority() == null ? 0 : request.priority();
        RunSteps.Order order = new RunSteps.Order(run, graph, priority, version.lock());
        List<StepRow> made = takeover == null ? steps.insert(order) : steps.insert(order, takeover.again());
        List<Entry> news = new ArrayList<>();
        news.add(Entry.run(RunState.QUEUED));
        for (LinkPlan link : graph.plan().links()) {
            news.add(edges.plan(run, link, graph.graph()));
        }
        String entry = graph.graph().input().id().value();
        StepRow input = made.stream()
                .filter(step -> step.node().equals(entry))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The input node has no step"));
        room.results().writeInline(input, new InlineSteps.Left(null, request.input(), List.of(Edge.OUT)));
        news.add(Entry.step("step.succeeded", input));
        if (takeover != null) {
            news.addAll(again.takeOver(run, graph, takeover));
        }
        room.journal().append(run, news);
    }

    private void advance(UUID run) {
        if (admission.admits(run)) {
            room.progression().advance(room.rows().lock(run).orElseThrow());
        }
    }
}
