package dev.kvasir.bench;

import java.util.List;

/** The middle of some measurements and how far they lie apart. */
public record Spread(double lowerQuartile, double median, double upperQuartile) {

    /** Of some values, at least one. */
    public static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return new Spread(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    /** Between two neighbours, in proportion. */
    private static double at(List<Double> sorted, double part) {
        double place = part * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }
}
