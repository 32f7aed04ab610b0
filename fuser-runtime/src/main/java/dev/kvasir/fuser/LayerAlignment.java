package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which sharer layers each receiver layer is fused with. */
public enum LayerAlignment {
    /** The last layers face each other; early receiver layers without a partner take sharer layer 0. */
    LAST_ALIGNED {
        @Override
        List<Integer> partners(int layer, int receiverLayers, int sharerLayers, int count) {
            int anchor = Math.clamp((long) sharerLayers - receiverLayers + layer, 0, sharerLayers - 1);
            List<Integer> partners = new ArrayList<>();
            for (int i = anchor; i >= 0 && partners.size() < count; i--) {
                partners.add(i);
            }
            for (int i = anchor + 1; i < sharerLayers && partners.size() < count; i++) {
                partners.add(i);
            }
            return List.copyOf(partners);
        }
    },
    /** Both models' layers lie evenly from 0 to 1; the nearest are taken, on a tie the lower. In doubles, as the reference: it decides near ties. */
    K_NEAREST {
        @Override
        List<Integer> partners(int layer, int receiverLayers, int sharerLayers, int count) {
            double place = place(layer, receiverLayers);
            return IntStream.range(0, sharerLayers)
                    .boxed()
                    .sorted(Comparator.comparingDouble(other -> Math.abs(place(other, sharerLayers) - place)))
                    .limit(count)
                    .toList();
        }
    };

    private static double place(int layer, int layers) {
        return layers == 1 ? 0 : (double) layer / (layers - 1);
    }

    abstract List<Integer> partners(int layer, int receiverLayers, int sharerLayers, int count);

    /**
     * The sharer layers of every receiver layer, the best first.
     *
     * @param count how many for each, at least 1; fewer where the sharer has fewer layers
     */
    public List<List<Integer>> map(int receiverLayers, int sharerLayers, int count) {
        if (receiverLayers < 1 || sharerLayers < 1 || count < 1) {
            throw new IllegalArgumentException(
                    "Layers are aligned for at least one layer and one partner each, not %d, %d, %d"
                            .formatted(receiverLayers, sharerLayers, count));
        }
        return IntStream.range(0, receiverLayers)
                .mapToObj(layer -> partners(layer, receiverLayers, sharerLayers, count))
                .toList();
    }
}
