package dev.kvasir.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Which samples form the batches of each epoch: a fresh shuffle from the seed, cut into batches that agree in what is fused. Every
 * epoch has equally many, so that a run's place is one number.
 */
final class BatchOrder {

    private final List<List<Integer>> groups;
    private final int size;
    private final long seed;
    private final int perEpoch;
    private int epoch = -1;
    private List<List<Integer>> batches = List.of();

    BatchOrder(List<TrainingSample> samples, int size, long seed) {
        Map<List<Boolean>, List<Integer>> byPattern = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            byPattern
                    .computeIfAbsent(samples.get(i).pattern(), pattern -> new ArrayList<>())
                    .add(i);
        }
        this.groups = List.copyOf(byPattern.values());
        this.size = size;
        this.seed = seed;
        this.perEpoch = groups.stream()
                .mapToInt(group -> Math.ceilDiv(group.size(), size))
                .sum();
    }

    int perEpoch() {
        return perEpoch;
    }

    /** The samples of a batch, counted over all epochs from 0. */
    List<Integer> batch(int number) {
        if (number / perEpoch != epoch) {
            epoch = number / perEpoch;
            batches = shuffled(new Random(seed * 31 + epoch));
        }
        return batches.get(number % perEpoch);
    }

    private List<List<Integer>> shuffled(Random random) {
        List<List<Integer>> all = new ArrayList<>();
        for (List<Integer> group : groups) {
            List<Integer> order = new ArrayList<>(group);
            Collections.shuffle(order, random);
            for (int from = 0; from < order.size(); from += size) {
                all.add(List.copyOf(order.subList(from, Math.min(order.size(), from + size))));
            }
        }
        Collections.shuffle(all, random);
        return all;
    }
}
