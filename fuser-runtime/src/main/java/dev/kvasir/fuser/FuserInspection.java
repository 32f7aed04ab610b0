package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.List;

/**
 * What can be said of a fuser without running it.
 *
 * @param gateOpenShare of all keys' and values' gates, the share that is open
 * @param layers every fused receiver layer, in order
 */
public record FuserInspection(FuserDescription description, long parameters, double gateOpenShare, List<Layer> layers) {

    public FuserInspection {
        layers = List.copyOf(layers);
    }

    /**
     * One receiver layer.
     *
     * @param keyGateLogit open above 0
     * @param keys its numbers, of all parameters but the gate
     */
    public record Layer(
            int receiverLayer,
            int sharerLayer,
            double keyGateLogit,
            double valueGateLogit,
            Numbers keys,
            Numbers values) {

        public boolean keyGateOpen() {
            return Gates.TRAINED.open(keyGateLogit);
        }

        public boolean valueGateOpen() {
            return Gates.TRAINED.open(valueGateLogit);
        }
    }

    /**
     * Some numbers together.
     *
     * @param norm root of the sum of their squares
     * @param largest magnitude
     */
    public record Numbers(double mean, double deviation, double norm, double largest) {

        private static Numbers of(FuserCheckpoint checkpoint, int layerFuser, String side) {
            double sum = 0;
            double squares = 0;
            double largest = 0;
            long count = 0;
            LayerFuserShape shape = checkpoint.description().layerFusers().get(layerFuser);
            for (String name : shape.side(side).keySet()) {
                if (name.endsWith("gate_logit")) {
                    continue;
                }
                for (float value : checkpoint.read(layerFuser, name)) {
                    sum += value;
                    squares += (double) value * value;
                    largest = Math.max(largest, Math.abs(value));
                    count++;
                }
            }
            double mean = sum / count;
            double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
            return new Numbers(mean, deviation, Math.sqrt(squares), largest);
        }
    }

    /** Reads every number of the checkpoint, one tensor at a time. */
    public static FuserInspection of(FuserCheckpoint checkpoint) {
        FuserDescription description = checkpoint.description();
        List<Layer> layers = new ArrayList<>();
        description.layers().forEach((receiverLayer, link) -> layers.add(layer(checkpoint, receiverLayer, link)));
        long open = layers.stream().filter(Layer::keyGateOpen).count()
                + layers.stream().filter(Layer::valueGateOpen).count();
        double share = layers.isEmpty() ? 0 : open / (2.0 * layers.size());
        return new FuserInspection(description, description.parameters(), share, layers);
    }

    private static Layer layer(FuserCheckpoint checkpoint, int receiverLayer, LayerLink link) {
        int number = link.layerFuser();
        return new Layer(
                receiverLayer,
                link.sharerLayer(),
                checkpoint.read(number, "key_gate_logit")[0],
                checkpoint.read(number, "value_gate_logit")[0],
                Numbers.of(checkpoint, number, "key_"),
                Numbers.of(checkpoint, number, "value_"));
    }
}
