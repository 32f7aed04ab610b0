package dev.kvasir.quiz;

import java.time.Duration;
import java.util.List;

/**
 * What came out of one way to answer one question.
 *
 * @param chosen the option's place, or {@link Asking#NONE}
 * @param scores natural-log probability of each reply, in the options' order
 * @param reply what the model says of itself, greedily; empty if that was not asked for
 * @param untilPrompted from the question to the receiver's first token: note, prefills and fusing
 * @param decode from there to the reply's last token; zero if no reply was asked for
 * @param noteTokens that the sharer wrote
 * @param cacheBytes that were fused
 */
public record ArmAnswer(
        Arm arm,
        int chosen,
        List<Double> scores,
        String reply,
        Duration untilPrompted,
        Duration decode,
        int noteTokens,
        long cacheBytes) {

    public ArmAnswer {
        scores = List.copyOf(scores);
    }

    /** The place of the best score, the first of equal ones. */
    public static int best(List<Double> scores) {
        int best = 0;
        for (int i = 1; i < scores.size(); i++) {
            if (scores.get(i) > scores.get(best)) {
                best = i;
            }
        }
        return best;
    }
}
