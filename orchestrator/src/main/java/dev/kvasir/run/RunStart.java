package dev.kvasir.run;

import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Island;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.run.Journal.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Takes a run on: its rows, its key and its first events in one transaction. */
final class RunStart {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final RunRoom room;
    private final RunKeys keys;
    private final Versions versions;
    private final RunRules rules;
    private final EdgeUses edges;
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
        this.admission = new Admission(jdbc, room, settings);
        this.settings = settings;
    }

    StartedRun start(UUID owner, StartRun request, @Nullable RunKey key) {
        try {
            return room.transactions().in(() -> startOnce(owner, request, key));
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
        Map<String, StepRow> steps = insertSteps(id, request, version, graph);
        begin(id, request, graph, steps);
        return started(id, version, false);
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

    private Map<String, StepRow> insertSteps(UUID run, StartRun request, GraphVersion version, RunGraph graph) {
        Map<NodeId, UUID> islands = new HashMap<>();
        for (Island island : graph.plan().islands()) {
            List<Node> agents = agents(graph.graph(), island);
            if (!agents.isEmpty()) {
                String pool = graph.graph().pool(agents.getFirst().id()).orElseThrow();
                UUID id = insertIsland(run, request, island, pool, agents);
                insertModels(id, agents, version);
                agents.forEach(node -> islands.put(node.id(), id));
            }
        }
        Map<String, StepRow> steps = new HashMap<>();
        int position = 0;
        for (Node node : graph.graph().inOrder()) {
            steps.put(node.id().value(), insertStep(run, node, islands.get(node.id()), position++));
        }
        return steps;
    }

    private static List<Node> agents(Graph graph, Island island) {
        return island.nodes().stream()
                .map(id -> graph.node(id).orElseThrow(() -> new IllegalStateException("No node " + id)))
                .filter(Node.Agent.class::isInstance)
                .toList();
    }

    private UUID insertIsland(UUID run, StartRun request, Island island, String pool, List<Node> nodes) {
        UUID id = HexIds.next();
        long timeout = 0;
        for (Node node : nodes) {
            var own = node.options().timeout();
            timeout += (own == null ? settings.stepTimeout() : own).toMillis();
        }
        jdbc.sql("""
                        INSERT INTO island (id, run_id, number, state, pool, priority, timeout_ms)
                        VALUES (:id, :run, :number, 'PENDING', :pool, :priority, :timeout)""")
                .param("id", id)
                .param("run", run)
                .param("number", island.index())
                .param("pool", pool)
                .param("priority", request.priority() == null ? 0 : request.priority())
                .param("timeout", timeout)
                .update();
        return id;
    }

    private void insertModels(UUID island, List<Node> nodes, GraphVersion version) {
        for (Node node : nodes) {
            if (node instanceof Node.Agent agent) {
                String model = agent.model().replaceFirst("@.*", "");
                jdbc.sql("""
                                INSERT INTO island_model (island_id, model, digest) VALUES (:island, :model, :digest)
                                ON CONFLICT DO NOTHING""")
                        .param("island", island)
                        .param("model", model)
                        .param("digest", version.lock().models().getOrDefault(model, ""))
                        .update();
            }
        }
    }

    private StepRow insertStep(UUID run, Node node, @Nullable UUID island, int position) {
        StepRow step = new StepRow(
                HexIds.next(),
                node.id().value(),
                island,
                StepState.PENDING,
                0,
                node.options().retry().maxAttempts());
        jdbc.sql("""
                        INSERT INTO step (id, run_id, island_id, node, position, state, max_attempts)
                        VALUES (:id, :run, :island, :node, :position, 'PENDING', :attempts)""")
                .param("id", step.id())
                .param("run", run)
                .param("island", island)
                .param("node", step.node())
                .param("position", position)
                .param("attempts", step.maxAttempts())
                .update();
        return step;
    }

    private void begin(UUID run, StartRun request, RunGraph graph, Map<String, StepRow> steps) {
        List<Entry> news = new ArrayList<>();
        news.add(Entry.run(RunState.QUEUED));
        for (LinkPlan link : graph.plan().links()) {
            news.add(edges.plan(run, link, graph.graph()));
        }
        StepRow input = steps.get(graph.graph().input().id().value());
        if (input == null) {
            throw new IllegalStateException("The input node has no step");
        }
        room.results().writeInline(input, request.input());
        news.add(Entry.step("step.succeeded", input));
        room.journal().append(run, news);
        if (admission.admits(run)) {
            room.progression().advance(room.rows().lock(run).orElseThrow());
        }
    }
}
