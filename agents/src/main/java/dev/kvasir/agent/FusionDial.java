package dev.kvasir.agent;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a sharer's cache is fused, and how much.
 *
 * @param share part of the positions that are fused, 0 to 1; 0 is the receiver alone
 * @param order from which end of the prompt, and of the layers, shares are counted
 * @param gate whether the trained gates decide, or all are open or closed
 * @param layers the receiver's layers that are fused, of those the fuser has; null for all
 * @param layerShare part of these layers that is fused, 0 to 1, rounded down to whole layers
 * @param weightScale multiplies every weight, 0 or more; 1 as trained
 */
public record FusionDial(
        double share, Order order, Gate gate, @Nullable Set<Integer> layers, double layerShare, double weightScale) {

    public static final FusionDial FULL = new FusionDial(1.0, Order.BACK, Gate.TRAINED, null, 1, 1);

    /** The end of the prompt, or of the layers, at which fusing starts. */
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
        if (!(layerShare >= 0 && layerShare <= 1)) {
            throw new IllegalArgumentException("layerShare must be between 0 and 1, not " + layerShare);
        }
        layers = layers == null ? null : Set.copyOf(layers);
    }

    /** Those of a fuser's receiver layers that are fused. */
    Set<Integer> fused(Collection<Integer> mapped) {
        List<Integer> wanted = mapped.stream()
                .filter(layer -> layers == null || layers.contains(layer))
                .sorted()
                .toList();
        int count = (int) Math.floor(wanted.size() * layerShare);
        return Set.copyOf(
                switch (order) {
                    case FRONT -> wanted.subList(0, count);
                    case BACK -> wanted.subList(wanted.size() - count, wanted.size());
                });
    }

    public FusionDial withLayerShare(double other, Order end) {
        return new FusionDial(share, end, gate, layers, other, weightScale);
    }

    public FusionDial withShare(double other, Order end) {
        return new FusionDial(other, end, gate, layers, layerShare, weightScale);
    }

    public FusionDial withGate(Gate other) {
        return new FusionDial(share, order, other, layers, layerShare, weightScale);
    }

    public FusionDial withLayers(Set<Integer> other) {
        return new FusionDial(share, order, gate, other, layerShare, weightScale);
    }

    public FusionDial withWeightScale(double other) {
        return new FusionDial(share, order, gate, layers, layerShare, other);
    }
}
