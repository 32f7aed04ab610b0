package dev.kvasir.agent;

import java.util.List;

/** What a node takes over from others, besides text in its messages. */
public sealed interface Intake {

    /** Nothing. */
    record None() implements Intake {}

    /**
     * The KV caches that sharers left in this session, fused into the receiver's in the given order.
     *
     * @param nodes ids of nodes for which {@link AgentSession#share} was called with this receiver's messages
     * @param dial how much is fused, and with which gates
     */
    record Fused(List<String> nodes, FusionDial dial) implements Intake {
        public Fused {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * The whole KV cache of another node, prompt and reply; both run the same model (HANDOVER).
     *
     * @param node a node that replied in this session with its cache kept
     */
    record Continued(String node) implements Intake {}
}
