package dev.kvasir.study;

import dev.kvasir.fuser.EffectiveRank;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.study.LayerRanks.Ranks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * How many directions the caches of sharer and receiver use, and that of both fused: C2C (arXiv:2510.03215), Table 2.
 */
public final class RankStudy {

    private RankStudy() {}

    /**
     * Of the fused positions of some turns.
     *
     * @param most tokens that are pooled
     * @param progress is told how many turns are done
     * @return layer by layer, keys before values
     */
    public static List<LayerRanks> run(StudyPair pair, List<String> turns, int most, IntConsumer progress) {
        Map<Place, Collected> places = new TreeMap<>();
        FusionWatch watch =
                call -> places.computeIfAbsent(new Place(call.layer(), call.part()), place -> new Collected(most))
                        .add(call);
        for (int i = 0; i < turns.size(); i++) {
            pair.watch(turns.get(i), FusionSettings.TRAINED, watch);
            progress.accept(i + 1);
        }
        List<LayerRanks> ranks = new ArrayList<>();
        places.forEach((place, collected) -> ranks.add(new LayerRanks(
                place.layer(), place.part(), collected.each(), collected.pooled(), collected.sharer.count())));
        return ranks;
    }

    private static final class Collected {

        private final TokenRows sharer;
        private final TokenRows receiver;
        private final TokenRows fused;
        private double sharerSum;
        private double receiverSum;
        private double fusedSum;
        private int calls;

        Collected(int most) {
            sharer = new TokenRows(most);
            receiver = new TokenRows(most);
            fused = new TokenRows(most);
        }

        void add(FusionWatch.Call call) {
            sharer.add(call.shared());
            receiver.add(call.receiver());
            fused.add(call.fused());
            sharerSum += EffectiveRank.of(call.shared());
            receiverSum += EffectiveRank.of(call.receiver());
            fusedSum += EffectiveRank.of(call.fused());
            calls++;
        }

        Ranks each() {
            return new Ranks(sharerSum / calls, receiverSum / calls, fusedSum / calls);
        }

        Ranks pooled() {
            return new Ranks(rank(sharer), rank(receiver), rank(fused));
        }

        private static double rank(TokenRows rows) {
            return EffectiveRank.of(rows.toArray(), rows.count(), rows.width());
        }
    }

    /** Keys or values of a layer. */
    record Place(int layer, Part part) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return layer == other.layer ? part.compareTo(other.part) : Integer.compare(layer, other.layer);
        }
    }
}
