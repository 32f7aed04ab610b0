package dev.kvasir.run;

import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The graphs of runs, read from their version and overrides; a few hundred are kept. */
final class RunGraphs {

    private static final int KEPT = 200;

    private final JdbcClient jdbc;
    private final RunRules rules;
    private final EdgeUses edges;
    private final Map<UUID, RunGraph> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Entry<UUID, RunGraph> eldest) {
            return size() > KEPT;
        }
    };

    RunGraphs(JdbcClient jdbc, RunRules rules) {
        this.jdbc = jdbc;
        this.rules = rules;
        this.edges = new EdgeUses(jdbc);
    }

    /** A run's graph; the modes are those that were planned when it started. */
    RunGraph of(UUID run) {
        synchronized (kept) {
            RunGraph known = kept.get(run);
            if (known != null) {
                return known;
            }
        }
        RunGraph graph = rules.graphOf(run);
        List<LinkPlan> planned = edges.plans(run);
        RunGraph read =
                new RunGraph(graph.graph(), new Plan(planned, graph.plan().islands()));
        synchronized (kept) {
            kept.put(run, read);
        }
        return read;
    }

    RunGraph ofStep(UUID step) {
        return of(jdbc.sql("SELECT run_id FROM step WHERE id = :step")
                .param("step", step)
                .query((row, number) -> row.getObject("run_id", UUID.class))
                .single());
    }
}
