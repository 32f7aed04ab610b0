package dev.kvasir.run;

import java.util.List;

/** How an island's attempt ended. */
sealed interface IslandEnd {

    /** Every node has its result. */
    record Done(List<StepOutcome> steps, List<EdgeOutcome> edges) implements IslandEnd {
        public Done {
            steps = List.copyOf(steps);
            edges = List.copyOf(edges);
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
