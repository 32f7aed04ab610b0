package dev.kvasir.agent;

import java.util.List;

/**
 * Asks one node's model for a reply.
 *
 * @param node the node's id; the KV cache of the conversation is left under it when {@code cacheKept}
 * @param model a registered model's name, {@code name} or {@code name@digest}
 * @param messages the conversation, oldest first; under {@link Intake.Continued} only the turns that follow
 * @param intake what the node takes over besides the messages
 * @param cacheKept whether a later node of the island continues this cache ({@code HANDOVER})
 */
public record ReplyRequest(
        String node,
        String model,
        List<Message> messages,
        Intake intake,
        GenerationOptions options,
        boolean cacheKept) {

    public ReplyRequest {
        messages = List.copyOf(messages);
    }
}
