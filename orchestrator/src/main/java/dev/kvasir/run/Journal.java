package dev.kvasir.run;

import dev.kvasir.dispatch.Notices;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a run's events, numbered 1..n under the lock of the run's row, in the transaction of what they report. Nothing
 * follows the terminal event: what comes later is dropped.
 */
final class Journal {

    private static final String APPEND = """
            WITH numbered AS (
                UPDATE run SET last_event = last_event + :count
                WHERE id = :run AND finished_at IS NULL
                RETURNING last_event - :count AS base)
            INSERT INTO event (run_id, seq, name, step_id, node, edge, data)
            SELECT :run, base + e.place, e.name, e.step_id, e.node, e.edge, e.data::json
            FROM numbered,
                 unnest(:names::text[], :steps::uuid[], :nodes::text[], :edges::text[], :data::text[])
                     WITH ORDINALITY AS e (name, step_id, node, edge, data, place)""";

    private final JdbcClient jdbc;
    private final Notices notices;

    Journal(JdbcClient jdbc, Notices notices) {
        this.jdbc = jdbc;
        this.notices = notices;
    }

    void append(UUID run, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        jdbc.sql(APPEND)
                .param("count", entries.size())
                .param("run", run)
                .param("names", entries.stream().map(Entry::name).toArray(String[]::new))
                .param("steps", entries.stream().map(Entry::step).toArray(UUID[]::new))
                .param("nodes", entries.stream().map(Entry::node).toArray(String[]::new))
                .param("edges", entries.stream().map(Entry::edge).toArray(String[]::new))
                .param(
                        "data",
                        entries.stream().map(entry -> entry.data().toString()).toArray(String[]::new))
                .update();
        notices.events(run);
    }

    /**
     * One event to be.
     *
     * @param data an object
     */
    record Entry(
            String name,
            @Nullable UUID step,
            @Nullable String node,
            @Nullable String edge,
            ObjectNode data) {

        static Entry run(RunState state) {
            return new Entry(state.event(), null, null, null, nothing());
        }

        static Entry run(RunState state, ObjectNode data) {
            return new Entry(state.event(), null, null, null, data);
        }

        static Entry step(String name, StepRow step) {
            return new Entry(name, step.id(), step.node(), null, nothing());
        }

        static Entry step(String name, StepRow step, ObjectNode data) {
            return new Entry(name, step.id(), step.node(), null, data);
        }

        static Entry edge(String name, String edge, ObjectNode data) {
            return new Entry(name, null, null, edge, data);
        }

        static ObjectNode nothing() {
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
