package dev.kvasir.wire;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** The tokens among which a cache's are looked for. */
public final class Candidates {

    private Candidates() {}

    /**
     * The true tokens, and others drawn from the vocabulary until there are {@code count} of them.
     *
     * @param vocabulary ids from 0 to below it
     * @param count the whole vocabulary if it is no larger; the true ones alone if they are more
     * @param random one of the same seed draws the same
     * @return ascending, each once
     */
    public static List<Integer> of(int vocabulary, Collection<Integer> truth, int count, Random random) {
        TreeSet<Integer> chosen = new TreeSet<>(truth);
        int wanted = Math.min(vocabulary, count);
        while (chosen.size() < wanted) {
            chosen.add(random.nextInt(vocabulary));
        }
        return List.copyOf(chosen);
    }
}
