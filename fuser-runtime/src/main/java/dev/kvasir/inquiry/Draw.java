package dev.kvasir.inquiry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Draws some of many. */
public final class Draw {

    private Draw() {}

    /**
     * Draws.
     *
     * @param limit at least 1; null for all, in their order
     * @param seed the same draws the same
     */
    public static <T> List<T> of(List<T> all, @Nullable Integer limit, long seed) {
        if (limit == null) {
            return all;
        }
        List<T> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled.subList(0, Math.min(limit, shuffled.size()));
    }
}
