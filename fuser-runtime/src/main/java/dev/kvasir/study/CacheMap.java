package dev.kvasir.study;

import dev.kvasir.fuser.FusionWatch.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys or values of one receiver layer's fused positions on a plane: what the sharer has, what the receiver has, what the sharer's
 * becomes, and what comes out. C2C (arXiv:2510.03215), section 3.2, shows the same of a fuser that replaces.
 *
 * @param firstShare of the variance of all points that the first direction holds
 * @param secondShare likewise
 */
public record CacheMap(
        int layer, Part part, double firstShare, double secondShare, List<Cloud> clouds, List<Point> points) {

    public CacheMap {
        clouds = List.copyOf(clouds);
        points = List.copyOf(points);
    }

    /** Whose rows they are. */
    public enum Origin {
        SHARER,
        RECEIVER,
        /** The projector's output, before weight and gate. */
        PROJECTED,
        FUSED
    }

    /** A token. */
    public record Point(Origin origin, int token, double x, double y) {}

    /**
     * One origin's tokens, measured in all features, not on the plane.
     *
     * @param width features of a token; narrower ones are filled up with zeros
     * @param length of a token's features, mean
     * @param spread of the tokens around their middle: root of the mean squared distance
     * @param away how far that middle is from the receiver's
     * @param likeness cosine of the angle to the receiver's features at the same token, mean; null if they are not as wide
     */
    public record Cloud(
            Origin origin,
            int tokens,
            int width,
            double length,
            double spread,
            double away,
            @Nullable Double likeness) {}
}
