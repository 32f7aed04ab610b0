package dev.kvasir.study;

import dev.kvasir.fuser.AlignedPosition.Pairing;
import org.jspecify.annotations.Nullable;

/**
 * One of a receiver's tokens and the sharer's token that belongs to it.
 *
 * @param position of the receiver
 * @param receiverText what the token says; U+FFFD for a part of a character
 * @param sharerPosition of the sharer; null if none belongs to it
 * @param sharerId null if none belongs to it
 * @param sharerText empty if none belongs to it
 * @param section counted from 0; null if the position is dropped before the models run
 * @param fused whether the sharer's keys and values are fused here
 */
public record AlignedToken(
        int position,
        int receiverId,
        String receiverText,
        @Nullable Integer sharerPosition,
        @Nullable Integer sharerId,
        String sharerText,
        Pairing pairing,
        @Nullable Integer section,
        boolean fused) {}
