package dev.kvasir.agent;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a sharer's cache is fused, and how much.
 *
 * @param share part of the positions that are fused, 0 to 1; 0 is the receiver alone
 * @param order from which end of the prompt the share is counted
 * @param gate whether the trained gates decide, or all are open or closed
 * @param layers the receiver's layers that are fused, of those the fuser has; null for all
 * @param weightScale multiplies every weight, 0 or more; 1 as trained
 */
public record FusionDial(
        double share, Order order, Gate gate, @Nullable Set<Integer> layers, double weightScale) {

    public static final FusionDial FULL = new FusionDial(1.0, Order.BACK, Gate.TRAINED, null, 1);

    /** The end of the prompt at which fusing starts. */
    public enum Order {
        BACK,
        FRONT
    }

    /** What decides whether a layer's keys and values are fused. */
    public enum Gate {
        TRAINED,
        OPEN,
        CLOSED
    }

    public FusionDial {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be between 0 and 1, not " + share);
        }
        if (!(weightScale >= 0 && Double.isFinite(weightScale))) {
            throw new IllegalArgumentException("weightScale must be 0 or more, not " + weightScale);
        }
        layers = layers == null ? null : Set.copyOf(layers);
    }

    public FusionDial withShare(double other, Order end) {
        return new FusionDial(other, end, gate, layers, weightScale);
    }

    public FusionDial withGate(Gate other) {
        return new FusionDial(share, order, other, layers, weightScale);
    }

    public FusionDial withLayers(Set<Integer> other) {
        return new FusionDial(share, order, gate, other, weightScale);
    }

    public FusionDial withWeightScale(double other) {
        return new FusionDial(share, order, gate, layers, other);
    }
}
