package dev.kvasir.agent;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.DevicePool;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.SharedCache;
import java.util.List;

/** A KV cache that a node left in its session, with what is needed to take it over. Closing it frees the memory. */
sealed interface KeptCache extends AutoCloseable {

    @Override
    void close();

    /**
     * A conversation up to a reply.
     *
     * @param model the model that holds it, in use
     * @param pending tokens of the reply that the cache does not hold yet
     * @param messages the turns before the reply
     */
    record Conversation(
            DevicePool.Use<LocalModel> model,
            KvCache cache,
            List<Integer> pending,
            List<Message> messages,
            DevicePool.Booking booking)
            implements KeptCache {

        @Override
        public void close() {
            cache.close();
            booking.close();
            model.close();
        }
    }

    /**
     * What a sharer read of a receiver's prompt.
     *
     * @param sharer the sharer, in use
     * @param fuser the fuser that leads to the receiver, in use
     * @param aligned the prompt as both read it
     */
    record Shared(
            DevicePool.Use<LocalModel> sharer,
            DevicePool.Use<LocalFuser> fuser,
            AlignedPrompt aligned,
            SharedCache cache,
            DevicePool.Booking booking)
            implements KeptCache {

        @Override
        public void close() {
            cache.close();
            booking.close();
            fuser.close();
            sharer.close();
        }
    }
}
