package dev.kvasir.agent;

import java.util.List;

/**
 * Asks a sharer to read the receiver's messages.
 *
 * @param node the sharer's node id; its KV cache is left under it
 * @param model the sharer's model
 * @param receiverModel the model that will take the cache over
 * @param fuser a registered fuser's name, or {@code auto} for the one that leads from sharer to receiver
 * @param messages the receiver's messages, oldest first
 * @param profile how the sharer computes
 * @param receiverProfile how the receiver will compute
 * @param maxTokens most tokens that the receiver will answer with; room for them is taken together with the sharer's
 * @param sections which stretches will be fused
 * @param crossing what the cache goes through before the receiver sees it
 */
public record ShareRequest(
        String node,
        String model,
        String receiverModel,
        String fuser,
        List<Message> messages,
        Profile profile,
        Profile receiverProfile,
        int maxTokens,
        FusedSections sections,
        Crossing crossing) {

    public ShareRequest {
        messages = List.copyOf(messages);
    }
}
