package dev.kvasir.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nearest candidate so far, for each layer and place of one cache. */
final class Guesses {

    private final ShownCache shown;
    private final double[][] cosines;
    private final int[][] ids;

    Guesses(ShownCache shown) {
        this.shown = shown;
        int layers = shown.layers().size();
        this.cosines = new double[layers][shown.places().size()];
        this.ids = new int[layers][shown.places().size()];
        for (double[] layer : cosines) {
            Arrays.fill(layer, Double.NEGATIVE_INFINITY);
        }
    }

    ShownCache shown() {
        return shown;
    }

    /**
     * Takes over what is nearer than before.
     *
     * @param layer index among the layers that crossed
     * @param from the first place that was compared, an index among the text's
     * @param candidates that the nearest are rows of
     */
    void offer(int layer, int from, WireProgram.Nearest nearest, List<Integer> candidates) {
        for (int i = 0; i < nearest.rows().length; i++) {
            if (nearest.cosines()[i] > cosines[layer][from + i]) {
                cosines[layer][from + i] = nearest.cosines()[i];
                ids[layer][from + i] = candidates.get((int) nearest.rows()[i]);
            }
        }
    }

    /** Tokens that one layer tells rightly. */
    int recovered(int layer) {
        List<Integer> truth = shown.truth();
        int right = 0;
        for (int place = 0; place < truth.size(); place++) {
            right += ids[layer][place] == truth.get(place) ? 1 : 0;
        }
        return right;
    }

    /** Tokens that most layers tell rightly; among equally many, the lowest layer's guess counts. */
    int voted() {
        List<Integer> truth = shown.truth();
        int right = 0;
        for (int place = 0; place < truth.size() && ids.length > 0; place++) {
            right += elected(place) == truth.get(place) ? 1 : 0;
        }
        return right;
    }

    private int elected(int place) {
        Map<Integer, Integer> votes = new HashMap<>();
        List<Integer> order = new ArrayList<>();
        for (int[] layer : ids) {
            order.add(layer[place]);
            votes.merge(layer[place], 1, Integer::sum);
        }
        int elected = order.getFirst();
        for (int id : order) {
            elected = votes.getOrDefault(id, 0) > votes.getOrDefault(elected, 0) ? id : elected;
        }
        return elected;
    }
}
