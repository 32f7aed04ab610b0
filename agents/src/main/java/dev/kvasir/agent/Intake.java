package dev.kvasir.agent;

import java.util.List;

/** What a node takes over from others, besides text in its messages. */
public sealed interface Intake {

    /** Nothing. */
    record None() implements Intake {}

    /**
     * The KV caches that sharers left in this session, fused into the receiver's.
     *
     * @param sharers in the order in which they are fused
     * @param together how several come together
     */
    record Fused(List<Sharer> sharers, Together together) implements Intake {

        public Fused {
            sharers = List.copyOf(sharers);
        }

        /** Several that are all fused alike, one after the other. */
        public Fused(List<String> nodes, FusionDial dial) {
            this(nodes.stream().map(node -> new Sharer(node, dial)).toList(), Together.SEQUENTIAL);
        }
    }

    /**
     * One sharer of several.
     *
     * @param node id of a node for which {@link AgentSession#share} was called with this receiver's messages
     * @param dial what of its cache is fused
     */
    record Sharer(String node, FusionDial dial) {}

    /** How several sharers' caches come together. */
    enum Together {
        /** One after the other: a later one is fused into what earlier ones left. */
        SEQUENTIAL,
        /** Each is fused into the receiver's own; what they change is added up, whatever their order. */
        PARALLEL
    }

    /**
     * Chosen layers of another node's KV cache, put before the receiver's; both have one architecture (CACHE_PREFIX).
     *
     * @param node a node for which {@link AgentSession#prefix} was called
     */
    record Prefixed(String node) implements Intake {}

    /**
     * The whole KV cache of another node, prompt and reply; both run the same model (HANDOVER).
     *
     * @param node a node that replied in this session with its cache kept
     */
    record Continued(String node) implements Intake {}
}
