package dev.kvasir.fuser;

/**
 * One sharer of a receiver; the caller owns both parts.
 *
 * @param cache of the same conversation, as far as it is fused
 * @param fuser leads from the sharer to the receiver
 */
public record Sharer(SharedCache cache, LoadedFuser fuser, FusionSettings settings) {

    public Sharer(SharedCache cache, LoadedFuser fuser) {
        this(cache, fuser, FusionSettings.TRAINED);
    }
}
