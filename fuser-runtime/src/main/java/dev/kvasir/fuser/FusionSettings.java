package dev.kvasir.fuser;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user may turn, for one sharer.
 *
 * @param gates follow training or are overruled
 * @param weightScale multiplies every weight; 1 as trained
 * @param layers the receiver layers that are fused, of those the fuser maps; null for all
 */
public record FusionSettings(
        Gates gates, double weightScale, @Nullable Set<Integer> layers) {

    public static final FusionSettings TRAINED = new FusionSettings(Gates.TRAINED, 1, null);

    public FusionSettings {
        if (!Double.isFinite(weightScale) || weightScale < 0) {
            throw new IllegalArgumentException("A weight scale is a number from 0 up, not " + weightScale);
        }
        layers = layers == null ? null : Set.copyOf(layers);
    }

    public FusionSettings with(Gates other) {
        return new FusionSettings(other, weightScale, layers);
    }

    boolean fuses(int layer) {
        return layers == null || layers.contains(layer);
    }
}
