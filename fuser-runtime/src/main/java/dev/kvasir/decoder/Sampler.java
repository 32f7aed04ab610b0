package dev.kvasir.decoder;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** Chooses tokens for one sequence. */
final class Sampler {
    private final SamplingSettings settings;
    private final RandomGenerator random;

    Sampler(SamplingSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** @param seen ids of the prompt and of what was generated */
    int choose(double[] logits, BitSet seen) {
        penalise(logits, seen);
        if (settings.temperature() == 0) {
            return best(logits);
        }
        return draw(filtered(logits));
    }

    /** The probability of every token; exactly zero for those that were filtered out. Works on the logits given. */
    double[] probabilities(double[] logits, BitSet seen) {
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

    private void penalise(double[] logits, BitSet seen) {
        double penalty = settings.repetitionPenalty();
        if (penalty == 1) {
            return;
        }
        for (int id = seen.nextSetBit(0); id >= 0 && id < logits.length; id = seen.nextSetBit(id + 1)) {
            logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
        }
    }

    private double[] filtered(double[] logits) {
        for (int id = 0; id < logits.length; id++) {
            logits[id] /= settings.temperature();
        }
        if (settings.topK() > 0 && settings.topK() < logits.length) {
            dropBelow(logits, kthLargest(logits, settings.topK()));
        }
        if (settings.topP() < 1) {
            dropBelow(logits, nucleusEdge(logits));
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
