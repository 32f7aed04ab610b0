package dev.kvasir.run;

import dev.kvasir.graph.NodeId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks for a run that goes on from an earlier one: what that one did well is taken over, the rest is done again. The earlier run
 * stays as it is.
 *
 * @param kind what becomes of its lineage
 * @param from these nodes and all after them run again; empty when only what has not succeeded does
 * @param input null for the earlier run's
 * @param version null for the earlier run's
 * @param edgeOverrides beside the earlier run's, and before them
 * @param outputs what nodes are to have said instead, by node
 * @param reuse what is taken over
 */
public record Rerun(
        Kind kind,
        Set<NodeId> from,
        @Nullable ObjectNode input,
        @Nullable Integer version,
        Map<String, JsonNode> edgeOverrides,
        Map<NodeId, Edited> outputs,
        Reuse reuse) {

    public Rerun {
        from = Set.copyOf(from);
        edgeOverrides = Map.copyOf(edgeOverrides);
        outputs = Map.copyOf(outputs);
    }

    /** A retry of all that has not succeeded. */
    public static Rerun retry() {
        return new Rerun(Kind.RETRY, Set.of(), null, null, Map.of(), Map.of(), Reuse.OUTPUTS);
    }

    /** Why a run goes on from another. */
    public enum Kind {
        /** Of a run that has not succeeded; it becomes the new run's parent. */
        RETRY,
        /** Of any run that has ended. */
        REPLAY
    }

    /** What is taken over from the earlier run. */
    public enum Reuse {
        /** What nodes said. */
        OUTPUTS,
        /** Caches that were kept, too. */
        CACHES,
        /** Nothing but the input. */
        NOTHING
    }

    /**
     * What a node is to have said.
     *
     * @param text null for none
     * @param json null for none
     */
    public record Edited(@Nullable String text, @Nullable JsonNode json) {}
}
