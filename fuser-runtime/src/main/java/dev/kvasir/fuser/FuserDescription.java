package dev.kvasir.fuser;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a fuser is for and how it is built; everything about it but the numbers.
 *
 * @param dial which part of the messages it was trained to fuse; no more than that is fused
 * @param layers receiver layer to what is fused into it; layers not named stay as they are
 * @param layerFusers sizes of the layer fusers, by their number
 */
public record FuserDescription(
        FuserEnd receiver,
        FuserEnd sharer,
        AlignmentMode alignment,
        PartialFusion dial,
        Map<Integer, LayerLink> layers,
        List<LayerFuserShape> layerFusers) {

    public FuserDescription {
        Objects.requireNonNull(receiver, "'receiver' is missing");
        Objects.requireNonNull(sharer, "'sharer' is missing");
        Objects.requireNonNull(alignment, "'alignment' is missing");
        Objects.requireNonNull(dial, "'dial' is missing");
        layers = Collections.unmodifiableMap(new TreeMap<>(layers));
        layerFusers = List.copyOf(layerFusers);
        if (layerFusers.isEmpty()) {
            throw new IllegalArgumentException("A fuser has at least one layer fuser");
        }
        layers.forEach(FuserDescription::checkLink);
        for (LayerLink link : layers.values()) {
            if (link.layerFuser() >= layerFusers.size()) {
                throw new IllegalArgumentException("There are %d layer fusers, none has number %d"
                        .formatted(layerFusers.size(), link.layerFuser()));
            }
        }
    }

    private static void checkLink(int receiverLayer, LayerLink link) {
        if (receiverLayer < 0 || link.sharerLayer() < 0 || link.layerFuser() < 0) {
            throw new IllegalArgumentException(
                    "Layers are counted from 0; receiver layer %d is mapped to %s".formatted(receiverLayer, link));
        }
    }

    /** Trained numbers in all. */
    public long parameters() {
        return layerFusers.stream().mapToLong(LayerFuserShape::parameters).sum();
    }
}
