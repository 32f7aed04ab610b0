package dev.kvasir.agent;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Booking;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.SharedCache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A KV cache that a node left in its session, with what is needed to take it over. Closing it frees the memory. */
sealed interface KeptCache extends AutoCloseable {

    /** What it keeps in use. */
    Unit unit();

    @Override
    void close();

    /**
     * A conversation up to a reply.
     *
     * @param model the model that holds it, in use
     * @param pending tokens of the reply that the cache does not hold yet
     * @param messages the turns before the reply
     * @param hidden true where the cache holds padding, which nothing may attend to; may end early or be empty
     */
    record Conversation(
            ModelUse model,
            KvCache cache,
            List<Integer> pending,
            List<Message> messages,
            List<Boolean> hidden,
            Booking booking)
            implements KeptCache {

        @Override
        public Unit unit() {
            return model.unit();
        }

        @Override
        public void close() {
            cache.close();
            booking.close();
            model.close();
        }
    }

    /**
     * What a sharer read of its own prompt, to be put before a receiver's.
     *
     * @param model in use; of the sharer's architecture
     * @param layers that are put there, ascending
     * @param receiverRoom room for the receiver's cache
     */
    record Prefix(ModelUse model, List<Integer> layers, KvCache cache, Booking receiverRoom) implements KeptCache {

        @Override
        public Unit unit() {
            return model.unit();
        }

        /** Of what is taken. */
        long bytes() {
            long all = model.get().weights().cacheBytes(1, cache.length());
            return all / cache.layers() * layers.size();
        }

        @Override
        public void close() {
            cache.close();
            unit().close();
        }
    }

    /**
     * What a sharer read of a receiver's prompt.
     *
     * @param models the sharer, the receiver and the fuser that leads from one to the other, in use
     * @param request what was asked of the sharer
     * @param aligned the prompt as both read it
     * @param receiverRoom room for the receiver's cache; null if an earlier sharer of the same reply keeps it
     */
    record Shared(
            C2cUnit models,
            ShareRequest request,
            AlignedPrompt aligned,
            SharedCache cache,
            @Nullable Booking receiverRoom)
            implements KeptCache {

        @Override
        public Unit unit() {
            return models.unit();
        }

        /** Whether the receiver's room for this sharing's reply is kept here. */
        boolean keepsRoomFor(ShareRequest other) {
            return receiverRoom != null
                    && receiverRoom.isOpen()
                    && request.receiverModel().equals(other.receiverModel())
                    && request.receiverProfile() == other.receiverProfile()
                    && request.maxTokens() == other.maxTokens()
                    && request.messages().equals(other.messages());
        }

        @Override
        public void close() {
            cache.close();
            unit().close();
        }
    }
}
