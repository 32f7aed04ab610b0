package dev.kvasir.run;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Island;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.library.VersionLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes the steps of a run, and the islands that they run in: all at its start, those of a loop again for each of its rounds. */
final class RunSteps {

    private final JdbcClient jdbc;
    private final Duration stepTimeout;

    RunSteps(JdbcClient jdbc, Duration stepTimeout) {
        this.jdbc = jdbc;
        this.stepTimeout = stepTimeout;
    }

    /**
     * What steps are made for.
     *
     * @param lock digests of the models that the version was locked to
     */
    record Order(UUID run, RunGraph graph, int priority, VersionLock lock) {}

    /** What a node's next step is like. */
    record Turn(Iteration iteration, int visit) {
        static final Turn FIRST = new Turn(Iteration.FIRST, 0);
    }

    /** Makes a step for each node of a graph. */
    List<StepRow> insert(Order order) {
        Map<NodeId, Turn> turns = new HashMap<>();
        order.graph().graph().nodes().forEach(node -> turns.put(node.id(), Turn.FIRST));
        return insert(order, turns, 0);
    }

    /** Makes a step for some nodes of a graph, and for its input. */
    List<StepRow> insert(Order order, Set<NodeId> nodes) {
        Map<NodeId, Turn> turns = new HashMap<>();
        nodes.forEach(node -> turns.put(node, Turn.FIRST));
        turns.put(order.graph().graph().input().id(), Turn.FIRST);
        return insert(order, turns, 0);
    }

    /** Makes the next step of some nodes, in the order in which they run. */
    List<StepRow> insert(Order order, Map<NodeId, Turn> turns) {
        return insert(order, turns, nextNumber(order.run()));
    }

    private List<StepRow> insert(Order order, Map<NodeId, Turn> turns, int firstIsland) {
        Map<NodeId, UUID> islands = islands(order, turns::containsKey, firstIsland);
        List<StepRow> steps = new ArrayList<>();
        int position = 0;
        for (Node node : order.graph().graph().inOrder()) {
            Turn turn = turns.get(node.id());
            if (turn != null) {
                steps.add(step(order.run(), node, islands.get(node.id()), turn, position));
            }
            position++;
        }
        return steps;
    }

    private Map<NodeId, UUID> islands(Order order, Predicate<NodeId> runs, int first) {
        Map<NodeId, UUID> islands = new HashMap<>();
        int number = first;
        for (Island island : order.graph().plan().islands()) {
            List<Node> working = working(order.graph().graph(), island, runs);
            if (!working.isEmpty()) {
                UUID id = island(order, number++, working);
                models(id, working, order.lock());
                working.forEach(node -> islands.put(node.id(), id));
            }
        }
        return islands;
    }

    private int nextNumber(UUID run) {
        return jdbc.sql("SELECT coalesce(max(number) + 1, 0) FROM island WHERE run_id = :run")
                .param("run", run)
                .query((row, place) -> row.getInt(1))
                .single();
    }

    private static List<Node> working(Graph graph, Island island, Predicate<NodeId> runs) {
        return island.nodes().stream()
                .filter(runs)
                .map(id -> graph.node(id).orElseThrow(() -> new IllegalStateException("No node " + id)))
                .filter(Node::runsOnWorker)
                .toList();
    }

    private UUID island(Order order, int number, List<Node> nodes) {
        UUID id = HexIds.next();
        long timeout = 0;
        for (Node node : nodes) {
            Duration own = node.options().timeout();
            timeout += (own == null ? stepTimeout : own).toMillis();
        }
        jdbc.sql("""
                        INSERT INTO island (id, run_id, number, state, pool, priority, timeout_ms)
                        VALUES (:id, :run, :number, 'PENDING', :pool, :priority, :timeout)""")
                .param("id", id)
                .param("run", order.run())
                .param("number", number)
                .param("pool", order.graph().graph().pool(nodes.getFirst().id()).orElseThrow())
                .param("priority", order.priority())
                .param("timeout", timeout)
                .update();
        return id;
    }

    private void models(UUID island, List<Node> nodes, VersionLock lock) {
        for (Node node : nodes) {
            if (node instanceof Node.Agent agent) {
                String model = agent.model().replaceFirst("@.*", "");
                jdbc.sql("""
                                INSERT INTO island_model (island_id, model, digest) VALUES (:island, :model, :digest)
                                ON CONFLICT DO NOTHING""")
                        .param("island", island)
                        .param("model", model)
                        .param("digest", lock.models().getOrDefault(model, ""))
                        .update();
            }
        }
    }

    private StepRow step(UUID run, Node node, @Nullable UUID island, Turn turn, int position) {
        StepRow step = new StepRow(
                HexIds.next(),
                node.id().value(),
                turn.iteration(),
                turn.visit(),
                island,
                StepState.PENDING,
                0,
                node.options().retry().maxAttempts(),
                List.of());
        jdbc.sql("""
                        INSERT INTO step (id, run_id, island_id, node, iteration, visit, position, state, max_attempts)
                        VALUES (:id, :run, :island, :node, :iteration, :visit, :position, 'PENDING', :attempts)""")
                .param("id", step.id())
                .param("run", run)
                .param("island", island)
                .param("node", step.node())
                .param("iteration", step.iteration().toString())
                .param("visit", step.visit())
                .param("position", position)
                .param("attempts", step.maxAttempts())
                .update();
        return step;
    }
}
