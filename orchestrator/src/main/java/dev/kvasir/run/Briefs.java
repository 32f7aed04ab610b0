package dev.kvasir.run;

import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.Work;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Plan;
import dev.kvasir.hop.CacheTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what a worker needs to know to run an island it has claimed. */
final class Briefs {

    private final JdbcClient jdbc;
    private final RunRoom room;

    Briefs(JdbcClient jdbc, RunRoom room) {
        this.jdbc = jdbc;
        this.room = room;
    }

    IslandBrief of(Lease lease) {
        List<StepRow> steps = room.rows().stepsOf(lease.island().value());
        RunValues said = room.results().values(lease.run());
        RunGraph whole = now(lease.run());
        Chart chart = new Chart(whole.graph(), room.rows().steps(lease.run()), () -> said);
        RunGraph graph = new RunGraph(whole.graph().withEdges(edge -> comes(chart, steps, edge)), whole.plan());
        List<Node> nodes = new ArrayList<>();
        for (StepRow step : steps) {
            nodes.add(graph.graph()
                    .node(new NodeId(step.node()))
                    .filter(Node::runsOnWorker)
                    .orElseThrow(() -> new IllegalStateException(
                            "Node '" + step.node() + "' of the run's graph needs no worker")));
        }
        return new IslandBrief(owner(lease.run()), graph, nodes, steps, chart.values(steps.getFirst()));
    }

    /** Whether something comes by an edge, as far as it is the island's: a dead one carries nothing. */
    private static boolean comes(Chart chart, List<StepRow> steps, Edge edge) {
        boolean isInto =
                steps.stream().anyMatch(step -> step.node().equals(edge.to().value()));
        if (!isInto) {
            return true;
        }
        boolean isFromInside =
                steps.stream().anyMatch(step -> step.node().equals(edge.from().value()));
        return edge.isLoop() ? chart.into(edge.to()).contains(edge) : isFromInside || chart.way(edge) == Chart.Way.LIVE;
    }

    /** A cache that was to travel here may have become text where it came from. */
    private RunGraph now(UUID run) {
        RunGraph planned = room.graphs().of(run);
        return planned.graph().edges().stream().anyMatch(planned.graph()::isHop)
                ? new RunGraph(
                        planned.graph(),
                        new Plan(room.results().plans(run), planned.plan().islands()))
                : planned;
    }

    /** The caches that one attempt sends to other workers and receives from them. */
    IslandHops hops(CacheTransport transport, Work work, IslandBrief brief, String worker) {
        return new IslandHops(
                transport,
                room,
                new IslandHops.Voyage(
                        brief.owner(), work.lease().run(), brief.graph().graph(), worker, work::moved));
    }

    private UUID owner(UUID run) {
        return jdbc.sql("SELECT owner_id FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> row.getObject("owner_id", UUID.class))
                .single();
    }

    Duration timeout(Lease lease) {
        return jdbc.sql("SELECT timeout_ms FROM island WHERE id = :island")
                .param("island", lease.island().value())
                .query((row, number) -> Duration.ofMillis(row.getLong(1)))
                .single();
    }
}
