package dev.kvasir.agent;

import dev.kvasir.tool.ToolOffer;
import java.util.List;

/**
 * Asks one node's model for a reply.
 *
 * @param node the node's id; the KV cache of the conversation is left under it when {@code cacheKept}
 * @param model a registered model's name, {@code name} or {@code name@digest}
 * @param messages the conversation, oldest first; under {@link Intake.Continued} only the turns that follow
 * @param intake what the node takes over besides the messages
 * @param cacheKept whether a later node of the island continues this cache ({@code HANDOVER})
 * @param tools what the model may call before it answers; none together with an {@link Intake} but {@link Intake.None}
 */
public record ReplyRequest(
        String node,
        String model,
        List<Message> messages,
        Intake intake,
        GenerationOptions options,
        boolean cacheKept,
        ToolOffer tools) {

    public ReplyRequest {
        messages = List.copyOf(messages);
    }

    /** One without tools. */
    public ReplyRequest(
            String node,
            String model,
            List<Message> messages,
            Intake intake,
            GenerationOptions options,
            boolean cacheKept) {
        this(node, model, messages, intake, options, cacheKept, ToolOffer.NONE);
    }

    /** The same, with its cache kept to be continued. */
    ReplyRequest keepingCache() {
        return new ReplyRequest(node, model, messages, intake, options, true, tools);
    }

    /** What follows on the reply before, in the cache that it left. */
    ReplyRequest following(List<Message> next) {
        return new ReplyRequest(node, model, next, new Intake.Continued(node), options, true, tools);
    }

    /** The same with another conversation. */
    ReplyRequest saying(List<Message> conversation) {
        return new ReplyRequest(node, model, conversation, intake, options, cacheKept, tools);
    }
}
