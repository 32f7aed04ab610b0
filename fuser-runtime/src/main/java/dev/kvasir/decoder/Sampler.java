package dev.kvasir.decoder;

import dev.kvasir.decoder.SamplingSettings.Penalties;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Chooses tokens for one sequence. */
final class Sampler {
    private final SamplingSettings settings;
    private final RandomGenerator random;

    Sampler(SamplingSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** @param seen ids of the prompt and of what was generated */
    int choose(double[] logits, SeenTokens seen) {
        penalise(logits, seen);
        if (settings.temperature() == 0) {
            return best(logits);
        }
        return draw(filtered(logits));
    }

    /** The probability of every token; exactly zero for those that were filtered out. Works on the logits given. */
    double[] probabilities(double[] logits, SeenTokens seen) {
        penalise(logits, seen);
        return filtered(logits);
    }

    /** The lowest id with the highest logit. */
    static int best(double[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    private void penalise(double[] logits, SeenTokens seen) {
        Penalties penalties = settings.penalties();
        if (penalties.none()) {
            return;
        }
        seen.forEach((id, times) -> {
            if (id < logits.length) {
                double logit = logits[id] - penalties.presence() - penalties.frequency() * times;
                logits[id] = logit < 0 ? logit * penalties.repetition() : logit / penalties.repetition();
            }
        });
    }

    private double[] filtered(double[] logits) {
        for (int id = 0; id < logits.length; id++) {
            logits[id] /= settings.temperature();
        }
        switch (settings.cut()) {
            case GENEROUS -> cutGenerously(logits);
            case STRICT -> cutStrictly(logits);
        }
        if (settings.minP() > 0) {
            dropBelow(logits, logits[best(logits)] + Math.log(settings.minP()));
        }
        return softmax(logits);
    }

    private static double kthLargest(double[] logits, int k) {
        double[] sorted = logits.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - k];
    }

    /** The smallest logit kept when the least probable tokens that together have at most 1 - topP are dropped. */
    private double nucleusEdge(double[] logits) {
        double[] sorted =
                Arrays.stream(logits).filter(Double::isFinite).sorted().toArray();
        double best = sorted[sorted.length - 1];
        double total = 0;
        for (double logit : sorted) {
            total += Math.exp(logit - best);
        }
        double dropped = 0;
        for (double logit : sorted) {
            dropped += Math.exp(logit - best) / total;
            if (dropped > 1 - settings.topP()) {
                return logit;
            }
        }
        return best;
    }

    private void cutGenerously(double[] logits) {
        if (settings.topK() > 0 && settings.topK() < logits.length) {
            dropBelow(logits, kthLargest(logits, settings.topK()));
        }
        if (settings.topP() < 1) {
            dropBelow(logits, nucleusEdge(logits));
        }
    }

    private void cutStrictly(double[] logits) {
        List<Integer> order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -logits[id]))
                .toList();
        if (settings.topK() > 0) {
            order.stream().skip(settings.topK()).forEach(id -> logits[id] = Double.NEGATIVE_INFINITY);
        }
        if (settings.topP() < 1) {
            dropBeyondMass(logits, order);
        }
    }

    /** Keeps the best tokens as long as they together have at most topP; the best one always. */
    private void dropBeyondMass(double[] logits, List<Integer> order) {
        double[] probabilities = softmax(logits);
        double kept = 0;
        for (int rank = 0; rank < order.size(); rank++) {
            kept += probabilities[order.get(rank)];
            if (rank > 0 && kept > settings.topP()) {
                logits[order.get(rank)] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    private static void dropBelow(double[] logits, double edge) {
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] < edge) {
                logits[id] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    private static double[] softmax(double[] logits) {
        double best = logits[best(logits)];
        double[] probabilities = new double[logits.length];
        double total = 0;
        for (int id = 0; id < logits.length; id++) {
            probabilities[id] = Math.exp(logits[id] - best);
            total += probabilities[id];
        }
        for (int id = 0; id < logits.length; id++) {
            probabilities[id] /= total;
        }
        return probabilities;
    }

    private int draw(double[] probabilities) {
        double left = random.nextDouble();
        int last = 0;
        for (int id = 0; id < probabilities.length; id++) {
            if (probabilities[id] > 0) {
                left -= probabilities[id];
                last = id;
                if (left < 0) {
                    return id;
                }
            }
        }
        return last; // rounding left a remainder
    }
}
