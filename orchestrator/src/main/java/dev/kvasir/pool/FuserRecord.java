package dev.kvasir.pool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered fuser.
 *
 * @param digest SHA-256 of its weights, hexadecimal
 * @param gatesOpen of {@code gates}, one for the keys and one for the values of each fused layer
 * @param available false when its files have gone
 * @param problem why the files are refused; absent when they are sound
 */
public record FuserRecord(
        String name,
        String digest,
        End sharer,
        End receiver,
        long sizeInBytes,
        int gatesOpen,
        int gates,
        boolean available,
        @Nullable String problem,
        @Nullable Instant registeredAt) {

    /**
     * One end.
     *
     * @param model the name of the model it was trained with
     * @param digest of that model; empty when the fuser does not say
     */
    public record End(String model, String digest, int layers, int kvHeads, int headDim) {}
}
