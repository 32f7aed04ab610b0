package dev.kvasir.agent;

import java.util.List;

/**
 * Asks a sharer to read its own messages, for a receiver of the same architecture before whose cache they are put.
 *
 * @param node the sharer's node id; its KV cache is left under it
 * @param model the sharer's model
 * @param receiverModel the model that will take the cache over
 * @param messages the sharer's own, oldest first
 * @param receiverMessages what the receiver will read behind it, oldest first
 * @param layers that are taken
 * @param profile how the sharer computes
 * @param receiverProfile how the receiver will compute
 * @param maxTokens most tokens that the receiver will answer with; room for them is taken together with the sharer's
 * @param crossing what the cache goes through before the receiver sees it; layers that do not cross are not taken
 */
public record PrefixRequest(
        String node,
        String model,
        String receiverModel,
        List<Message> messages,
        List<Message> receiverMessages,
        LayerChoice layers,
        Profile profile,
        Profile receiverProfile,
        int maxTokens,
        Crossing crossing) {

    public PrefixRequest {
        messages = List.copyOf(messages);
        receiverMessages = List.copyOf(receiverMessages);
    }
}
