package dev.kvasir.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a sharer to read its own messages, for a receiver of the same architecture before whose cache they are put.
 *
 * @param node the sharer's node id; its KV cache is left under it
 * @param model the sharer's model
 * @param messages the sharer's own, oldest first
 * @param layers that are taken
 * @param profile how the sharer computes
 * @param crossing what the cache goes through before the receiver sees it; layers that do not cross are not taken
 * @param receiver for which room is taken together with the sharer's; null if it runs on another worker. Layers are then chosen as for
 *     a receiver of the sharer's own model
 */
public record PrefixRequest(
        String node,
        String model,
        List<Message> messages,
        LayerChoice layers,
        Profile profile,
        Crossing crossing,
        @Nullable Receiver receiver) {

    public PrefixRequest {
        messages = List.copyOf(messages);
    }
}
