package dev.kvasir.run;

import dev.kvasir.dispatch.Lease;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.NodeOptions;
import dev.kvasir.run.Journal.Entry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides whether a failed step is tried again, and when. */
final class Retries {

    private final RunRows rows;
    private final RunGraphs graphs;
    private final Faults faults;
    private final Duration longest;
    private final RandomGenerator random;
    private final Clock clock;
    private final BiConsumer<Duration, UUID> timer;

    /** @param timer wakes the pool after a pause; for an island, which names the timer */
    Retries(
            RunRoom room,
            RunProperties settings,
            RandomGenerator random,
            Clock clock,
            BiConsumer<Duration, UUID> timer) {
        this.rows = room.rows();
        this.graphs = room.graphs();
        this.faults = room.faults();
        this.longest = settings.longestPause();
        this.random = random;
        this.clock = clock;
        this.timer = timer;
    }

    /** The pause before the next attempt; null if there is none. The attempt that failed has ended. */
    @Nullable
    Pause after(StepRow step, StepFault fault) {
        int ended = rows.countedAttempts(step.id());
        if (!fault.retryable() || ended >= step.maxAttempts()) {
            return null;
        }
        if (fault.code().equals("OUT_OF_MEMORY") && ended > 1) {
            return null;
        }
        NodeOptions.Retry retry = graphs.ofStep(step.id())
                .graph()
                .node(new NodeId(step.node()))
                .map(node -> node.options().retry())
                .orElse(NodeOptions.Retry.DEFAULT);
        double scattered =
                retry.backoff().toMillis() * Math.pow(retry.factor(), ended - 1.0) * random.nextDouble(0.8, 1.2);
        return new Pause(ended, Duration.ofMillis((long) Math.min(scattered, (double) longest.toMillis())));
    }

    Entry event(StepRow step, StepFault fault, Pause pause) {
        return Entry.step(
                "step.retrying",
                step,
                Entry.nothing()
                        .put("attempt", pause.attempt())
                        .put("dueAt", clock.instant().plus(pause.length()).toString())
                        .set("error", faults.json(fault)));
    }

    void wakeAfter(Pause pause, Lease lease) {
        timer.accept(pause.length(), lease.island().value());
    }

    /**
     * A pause before the next attempt.
     *
     * @param attempt the number of attempts so far
     */
    record Pause(int attempt, Duration length) {}
}
