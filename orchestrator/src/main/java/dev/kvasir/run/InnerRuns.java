package dev.kvasir.run;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.GraphRef;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.TemplateException;
import dev.kvasir.run.InlineSteps.Left;
import dev.kvasir.run.Journal.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs within runs: a subgraph is one, a map one for each element. Their step waits for them.
 *
 * <p>Locks are taken from the outside inwards only: what an inner run's end means for its step is seen to after its own commit, at
 * once if this process lives, else by the next sweep.
 */
final class InnerRuns {

    private static final int BATCH = 100;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Transactions transactions;
    private @Nullable RunRoom room;
    private @Nullable RunStart starts;

    InnerRuns(JdbcClient jdbc, JsonMapper json, Transactions transactions) {
        this.jdbc = jdbc;
        this.json = json;
        this.transactions = transactions;
    }

    /** Says with what runs are started and moved on; once, when all of that is there. */
    void bind(RunRoom parts, RunStart starting) {
        this.room = parts;
        this.starts = starting;
    }

    /** Has a step seen to that waits for runs within it. */
    void begin(UUID step) {
        transactions.after(() -> tend(step));
    }

    /** Has the step seen to that an ended run belongs to. */
    void ended(RunRow run) {
        UUID outer = run.outerStep();
        if (outer != null) {
            begin(outer);
        }
    }

    /** Has the runs within a stopped run stopped, too. */
    void stopWithin(UUID run, CancelMode mode) {
        transactions.after(() -> unfinishedWithin(run).forEach(inner -> stop(inner, mode)));
    }

    private List<UUID> unfinishedWithin(UUID run) {
        return jdbc.sql("SELECT id FROM run WHERE outer_run_id = :run AND finished_at IS NULL")
                .param("run", run)
                .query((row, number) -> row.getObject("id", UUID.class))
                .list();
    }

    private void stop(UUID run, CancelMode mode) {
        transactions.run(() -> parts().rows()
                .lock(run)
                .filter(row -> !row.state().isFinal())
                .ifPresent(row -> parts().progression().stop(run, RunState.CANCELLED, mode, null)));
    }

    /** Does what was left: steps whose inner runs have ended unseen or never began, and inner runs that outlived theirs. */
    void sweep() {
        jdbc.sql("""
                        SELECT outer_step_id AS step FROM run
                        WHERE outer_step_id IS NOT NULL AND finished_at IS NOT NULL AND NOT outer_told
                        UNION
                        SELECT s.id FROM step s
                        WHERE s.state = 'WAITING' AND s.ready_at < clock_timestamp() - interval '1 s'
                          AND NOT EXISTS (SELECT 1 FROM wait WHERE step_id = s.id)
                          AND NOT EXISTS (SELECT 1 FROM run WHERE outer_step_id = s.id)
                        LIMIT :batch""")
                .param("batch", BATCH)
                .query((row, number) -> row.getObject("step", UUID.class))
                .list()
                .forEach(this::tend);
        jdbc.sql("""
                        SELECT i.id FROM run i JOIN run o ON o.id = i.outer_run_id
                        WHERE i.finished_at IS NULL AND i.stop_state IS NULL AND o.finished_at IS NOT NULL LIMIT :batch""")
                .param("batch", BATCH)
                .query((row, number) -> row.getObject("id", UUID.class))
                .list()
                .forEach(run -> stop(run, CancelMode.NOW));
    }

    /** Sees to a step: starts what may start, and ends it when all has ended. */
    void tend(UUID step) {
        transactions.run(() -> {
            RunRow outer = parts().rows().lockOf(step);
            StepRow row = parts().rows().step(step);
            told(step);
            if (row.state() == StepState.WAITING && !outer.isStopping()) {
                tend(outer, row);
            }
        });
    }

    private void told(UUID step) {
        jdbc.sql(
                        "UPDATE run SET outer_told = true WHERE outer_step_id = :step AND finished_at IS NOT NULL AND NOT outer_told")
                .param("step", step)
                .update();
    }

    private void tend(RunRow outer, StepRow step) {
        Work work;
        try {
            work = work(outer.id(), step);
        } catch (TemplateException fault) {
            parts().progression().fail(outer, step, StepFaults.of(fault, step.node()));
            return;
        }
        Map<Integer, Inner> begun = begun(step.id());
        Optional<Inner> failed = begun.values().stream()
                .filter(inner -> inner.state().isFinal() && inner.state() != RunState.SUCCEEDED)
                .findFirst();
        if (work.inputs().size() > Node.Mapping.MOST_ITEMS) {
            parts().progression().fail(outer, step, tooMany(step, work.inputs().size()));
        } else if (failed.isPresent() && work.onItemError() == Node.ItemFault.FAIL) {
            transactions.after(() -> begun.values().stream()
                    .filter(inner -> !inner.state().isFinal())
                    .forEach(inner -> stop(inner.id(), CancelMode.NOW)));
            parts().progression().fail(outer, step, failed.get().fault(step, work));
        } else if (begun.values().stream()
                        .filter(inner -> inner.state().isFinal())
                        .count()
                == work.inputs().size()) {
            finish(outer, step, work, begun);
        } else {
            startMore(outer, step, work, begun);
        }
    }

    /**
     * What a step has to run.
     *
     * @param inputs one for each run
     * @param form of the result
     */
    private record Work(
            GraphRef graph, List<ObjectNode> inputs, int maxParallel, Node.ItemFault onItemError, Form form) {

        /** What becomes of what the runs put out. */
        private enum Form {
            LIST,
            ONE
        }
    }

    private Work work(UUID run, StepRow step) {
        Chart chart = new Chart(
                parts().graphs().of(run).graph(),
                parts().rows().steps(run),
                () -> parts().results().values(run));
        RunValues values = chart.values(step);
        return switch (chart.graph().node(new NodeId(step.node())).orElseThrow()) {
            case Node.Subgraph subgraph -> {
                ObjectNode input = json.createObjectNode();
                subgraph.inputs()
                        .forEach((name, template) ->
                                input.put(name, values.named().fill(template)));
                yield new Work(subgraph.graph(), List.of(input), 1, Node.ItemFault.FAIL, Work.Form.ONE);
            }
            case Node.Mapping mapping ->
                new Work(
                        mapping.graph(),
                        items(mapping, values),
                        mapping.maxParallel(),
                        mapping.onItemError(),
                        Work.Form.LIST);
            case Node node -> throw new IllegalStateException("Node '" + node.id() + "' runs no graph");
        };
    }

    private List<ObjectNode> items(Node.Mapping mapping, RunValues values) {
        List<ObjectNode> inputs = new ArrayList<>();
        for (JsonNode item : values.named().list(mapping.over())) {
            ObjectNode input = json.createObjectNode();
            input.set(mapping.as(), item);
            inputs.add(input);
        }
        return inputs;
    }

    private static StepFault tooMany(StepRow step, int items) {
        return new StepFault(
                "BUDGET_EXCEEDED",
                "Map '" + step.node() + "' has " + items + " elements; the limit is " + Node.Mapping.MOST_ITEMS
                        + ". Split the list.",
                false,
                step.node());
    }

    private record Inner(
            UUID id,
            RunState state,
            @Nullable String output,
            @Nullable StepFault error) {

        StepFault fault(StepRow step, Work work) {
            String why = error == null ? "it was cancelled." : error.detail();
            return new StepFault(
                    error == null ? "CANCELLED" : error.code(),
                    "Run " + new RunId(id) + " of " + work.graph() + " within node '" + step.node() + "' ended " + state
                            + ": " + why,
                    false,
                    step.node());
        }
    }

    private Map<Integer, Inner> begun(UUID step) {
        Map<Integer, Inner> begun = new LinkedHashMap<>();
        jdbc.sql("SELECT id, item, state, output, error FROM run WHERE outer_step_id = :step ORDER BY item")
                .param("step", step)
                .query(row -> {
                    begun.put(
                            row.getInt("item"),
                            new Inner(
                                    row.getObject("id", UUID.class),
                                    RunState.valueOf(row.getString("state")),
                                    row.getString("output"),
                                    parts().faults().read(row.getString("error"))));
                });
        return begun;
    }

    private void startMore(RunRow outer, StepRow step, Work work, Map<Integer, Inner> begun) {
        long running = begun.values().stream()
                .filter(inner -> !inner.state().isFinal())
                .count();
        for (int item = 0; item < work.inputs().size() && running < work.maxParallel(); item++) {
            if (!begun.containsKey(item)) {
                starting()
                        .within(
                                outer,
                                step,
                                work.graph(),
                                new RunStart.Item(item, work.inputs().get(item)));
                running++;
            }
        }
    }

    private void finish(RunRow outer, StepRow step, Work work, Map<Integer, Inner> begun) {
        Left left = work.form() == Work.Form.ONE ? one(begun) : list(work, begun);
        parts().results().writeInner(step, left);
        parts().journal().append(outer.id(), List.of(Entry.step("step.succeeded", step)));
        parts().progression().advance(outer);
    }

    private Left one(Map<Integer, Inner> begun) {
        JsonNode output = output(begun.values().iterator().next());
        return new Left(text(output), output, List.of(Edge.OUT));
    }

    /** What a graph's output says in one text: {@code text}, else {@code answer}, else the only one there is. */
    private static String text(JsonNode output) {
        for (String name : List.of("text", "answer")) {
            if (output.path(name).isString()) {
                return output.path(name).stringValue();
            }
        }
        return output.size() == 1 ? output.values().iterator().next().asString() : output.toString();
    }

    private Left list(Work work, Map<Integer, Inner> begun) {
        ArrayNode list = json.createArrayNode();
        begun.values().forEach(inner -> {
            if (inner.state() == RunState.SUCCEEDED) {
                list.add(output(inner));
            } else if (work.onItemError() == Node.ItemFault.NULL) {
                list.addNull();
            }
        });
        return new Left(list.toString(), list, List.of(Edge.OUT));
    }

    private JsonNode output(Inner inner) {
        return inner.output() == null ? json.createObjectNode() : json.readTree(inner.output());
    }

    private RunRoom parts() {
        if (room == null) {
            throw new IllegalStateException("Runs within runs are asked for before they are wired");
        }
        return room;
    }

    private RunStart starting() {
        if (starts == null) {
            throw new IllegalStateException("Runs within runs are asked for before they are wired");
        }
        return starts;
    }
}
