package dev.kvasir.decoder;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** How often each token stands in a prompt and what was generated behind it. */
final class SeenTokens {

    private final Map<Integer, Integer> times = new HashMap<>();

    void add(int id) {
        times.merge(id, 1, Integer::sum);
    }

    void forEach(BiConsumer<Integer, Integer> idAndTimes) {
        times.forEach(idAndTimes);
    }
}
