package dev.kvasir.agent;

import java.util.List;
import java.util.TreeSet;

/** Which layers of a sharer's cache are put before a receiver's. */
public sealed interface LayerChoice {

    /**
     * These.
     *
     * @param layers ascending, from 0; none leaves the receiver alone
     */
    record Listed(List<Integer> layers) implements LayerChoice {
        public Listed {
            layers = List.copyOf(new TreeSet<>(layers));
        }
    }

    /**
     * Those to which the receiver attends most, by one sample that is the same for every run.
     *
     * @param share of all layers, above 0 up to 1, rounded up to whole layers
     */
    record Share(double share) implements LayerChoice {
        public Share {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("share must be above 0 and at most 1, not " + share);
            }
        }
    }
}
