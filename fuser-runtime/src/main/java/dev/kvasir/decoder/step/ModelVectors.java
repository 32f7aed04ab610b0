package dev.kvasir.decoder.step;

import java.util.List;

/**
 * A model's weights that are not matrices.
 *
 * @param layers in their order
 * @param lastNorm before the head, {@code [hidden]}
 */
public record ModelVectors(List<LayerVectors> layers, WeightVector lastNorm) {
    public ModelVectors {
        layers = List.copyOf(layers);
    }
}
