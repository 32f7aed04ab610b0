package dev.kvasir.run;

import java.util.List;
import java.util.UUID;

/** How an island's attempt ended. */
sealed interface IslandEnd {

    /**
     * Every node has its result.
     *
     * @param sent staged caches that may be received from now on
     * @param received edges whose caches came from another worker and are not needed any more
     */
    record Done(List<StepOutcome> steps, List<EdgeOutcome> edges, List<UUID> sent, List<String> received)
            implements IslandEnd {
        public Done {
            steps = List.copyOf(steps);
            edges = List.copyOf(edges);
            sent = List.copyOf(sent);
            received = List.copyOf(received);
        }
    }

    /**
     * A node failed; the attempts of the others are void with it.
     *
     * @param attempt how its attempt ended: {@code FAILED} or {@code HUNG}
     */
    record Failed(String node, StepFault fault, AttemptState attempt) implements IslandEnd {}

    /** Its worker fell silent. */
    record Lost(String worker) implements IslandEnd {}

    /** Handed back unfinished, through no fault of its own. */
    record Released() implements IslandEnd {}

    /** Stopped with its run. */
    record Stopped() implements IslandEnd {}
}
