package dev.kvasir.run;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.InputSchema;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.InlineSteps.Left;
import dev.kvasir.run.Journal.Entry;
import dev.kvasir.run.RunRefusedException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Takes people's answers, and does without those that never came. */
final class Answers {

    private static final int BATCH = 100;

    private final RunRoom room;

    Answers(RunRoom room) {
        this.room = room;
    }

    /**
     * Takes an answer; the run goes on.
     *
     * @param who answers
     * @throws WaitClosedException if nobody waits for it any more
     * @throws AnswerInvalidException if it is not one that is waited for; with every fault
     */
    void take(UUID run, WaitId id, UUID who, Answer answer) {
        room.transactions().run(() -> {
            RunRow row = room.rows().lock(run).orElseThrow();
            WaitRecord wait = room.waits().find(run, id).orElseThrow();
            if (wait.state() != WaitRecord.State.OPEN) {
                throw new WaitClosedException(id, wait.state());
            }
            check(wait, answer);
            ObjectNode values = answer.values() == null ? JsonNodeFactory.instance.objectNode() : answer.values();
            room.waits().answer(id, who, answer.action(), values);
            goOn(row, wait, "wait.answered", new Left(answer.action(), values, List.of(answer.action())));
        });
    }

    /**
     * What a person says.
     *
     * @param values null when none came
     */
    record Answer(String action, @Nullable ObjectNode values) {}

    private static void check(WaitRecord wait, Answer answer) {
        List<Fault> faults = new ArrayList<>();
        if (!answer.action().equals(Node.Human.APPROVE) && !answer.action().equals(Node.Human.REJECT)) {
            faults.add(fault("/action", "action must be approve or reject."));
        }
        JsonNode form = wait.form();
        if (form == null && answer.values() != null && !answer.values().isEmpty()) {
            faults.add(fault("/values", "Node '" + wait.node() + "' asks for no values."));
        }
        if (form != null && answer.action().equals(Node.Human.APPROVE)) {
            ObjectNode values = answer.values() == null ? JsonNodeFactory.instance.objectNode() : answer.values();
            InputSchema.faults(form, values, "Values")
                    .forEach(fault -> faults.add(fault("/values" + fault.pointer(), fault.detail())));
        }
        if (!faults.isEmpty()) {
            throw new AnswerInvalidException(faults);
        }
    }

    private static Fault fault(String pointer, String detail) {
        return new Fault(null, pointer, null, null, detail, null);
    }

    private void goOn(RunRow run, WaitRecord wait, String event, Left left) {
        StepRow step = room.rows().step(wait.stepId().value());
        room.results().writeInline(step, left);
        room.journal()
                .append(
                        run.id(),
                        List.of(
                                Entry.step(
                                        event,
                                        step,
                                        Entry.nothing()
                                                .put("waitId", wait.id().toString())
                                                .put("action", left.ports().getFirst())),
                                Entry.step("step.succeeded", step)));
        resume(run);
        room.progression().advance(run);
    }

    private void resume(RunRow run) {
        if (room.rows().resume(run.id())) {
            room.journal().append(run.id(), List.of(new Entry("run.resumed", null, null, null, Entry.nothing())));
        }
    }

    /** Ends waits that nobody has answered in time: the run goes on by their port {@code expired}, or the step fails. */
    void expire() {
        for (UUID run : room.waits().due(BATCH)) {
            room.transactions()
                    .run(() -> room.rows()
                            .lock(run)
                            .filter(row -> !row.state().isFinal() && !row.isStopping())
                            .ifPresent(row -> room.waits().dueOf(run).forEach(wait -> expire(row, wait))));
        }
    }

    private void expire(RunRow run, WaitRecord wait) {
        room.waits().expire(wait.id());
        boolean isLed = room.graphs().of(run.id()).graph().outOf(new NodeId(wait.node())).stream()
                .map(Edge::fromPort)
                .anyMatch(Node.Human.EXPIRED::equals);
        if (isLed) {
            goOn(
                    run,
                    wait,
                    "wait.expired",
                    new Left(Node.Human.EXPIRED, JsonNodeFactory.instance.objectNode(), List.of(Node.Human.EXPIRED)));
            return;
        }
        StepRow step = room.rows().step(wait.stepId().value());
        room.journal()
                .append(
                        run.id(),
                        List.of(Entry.step(
                                "wait.expired",
                                step,
                                Entry.nothing().put("waitId", wait.id().toString()))));
        resume(run);
        room.progression()
                .fail(
                        run,
                        step,
                        new StepFault(
                                "WAIT_EXPIRED",
                                "Nobody answered node '" + wait.node()
                                        + "' in time. Raise its timeoutMs, or draw an edge from its port 'expired'.",
                                false,
                                wait.node()));
    }
}
