package dev.kvasir.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sharer's cache goes through before its receiver sees it, on one worker or between two.
 *
 * @param codec in which it crosses
 * @param layers of the sharer that cross, ascending; null for all
 * @param noise added to what crosses, in standard deviations of each channel, 0 to 10
 * @param seed of the noise, beside this installation's key, and of what candidates are drawn: the same text crosses as the
 *     same cache
 * @param measured whether it is measured how many tokens can be read back from what crosses
 */
public record Crossing(Codec codec, @Nullable List<Integer> layers, double noise, long seed, boolean measured) {

    /** Everything crosses as it is. */
    public static final Crossing OPEN = new Crossing(Codec.F32, null, 0, 0, false);

    /** How numbers are written on the wire. */
    public enum Codec {
        F32,
        INT8,
        INT4
    }

    public Crossing {
        layers = layers == null ? null : List.copyOf(layers);
    }
}
