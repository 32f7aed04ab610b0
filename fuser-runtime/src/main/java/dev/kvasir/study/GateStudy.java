package dev.kvasir.study;

import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch;
import dev.kvasir.study.RankStudy.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** What gates and weights do, per layer and KV head. */
public final class GateStudy {

    private GateStudy() {}

    /**
     * Over the fused positions of some turns.
     *
     * @param settings gates and layers; weights are told before any scale
     * @param progress is told how many turns are done
     * @return layer by layer, keys before values
     */
    public static List<LayerGates> run(
            StudyPair pair, List<String> turns, FusionSettings settings, IntConsumer progress) {
        Map<Place, Tally> tallies = new TreeMap<>();
        FusionWatch watch = call -> tallies.computeIfAbsent(
                        new Place(call.layer(), call.part()),
                        place -> new Tally((int) call.weight().size(1)))
                .add(call);
        for (int i = 0; i < turns.size(); i++) {
            pair.watch(turns.get(i), settings, watch);
            progress.accept(i + 1);
        }
        List<LayerGates> gates = new ArrayList<>();
        tallies.forEach((place, tally) -> gates.add(tally.of(place)));
        return gates;
    }

    private static final class Tally {

        private final List<HeadTally> heads = new ArrayList<>();
        private boolean isOpen;
        private double added;
        private double own;

        Tally(int count) {
            for (int head = 0; head < count; head++) {
                heads.add(new HeadTally());
            }
        }

        void add(FusionWatch.Call call) {
            isOpen = call.open();
            double[] weights = call.weight().toDoubles();
            int tokens = weights.length / heads.size();
            for (int i = 0; i < weights.length; i++) {
                heads.get(i / tokens).add(weights[i]);
            }
            double[] before = call.receiver().toDoubles();
            double[] after = call.fused().toDoubles();
            for (int i = 0; i < before.length; i++) {
                added += (after[i] - before[i]) * (after[i] - before[i]);
                own += before[i] * before[i];
            }
        }

        LayerGates of(Place place) {
            List<LayerGates.Head> told = new ArrayList<>();
            for (int head = 0; head < heads.size(); head++) {
                told.add(heads.get(head).of(head));
            }
            return new LayerGates(place.layer(), place.part(), isOpen, Math.sqrt(added / own), told);
        }
    }

    private static final class HeadTally {

        private long count;
        private double sum;
        private double squares;
        private double least = Double.POSITIVE_INFINITY;
        private double most = Double.NEGATIVE_INFINITY;

        void add(double weight) {
            count++;
            sum += weight;
            squares += weight * weight;
            least = Math.min(least, weight);
            most = Math.max(most, weight);
        }

        LayerGates.Head of(int head) {
            double mean = sum / count;
            double variance = Math.max(0, squares / count - mean * mean);
            return new LayerGates.Head(head, count, mean, Math.sqrt(variance), least, most);
        }
    }
}
