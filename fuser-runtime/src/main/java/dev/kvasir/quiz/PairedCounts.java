package dev.kvasir.quiz;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Two ways to answer the same questions, question by question.
 *
 * @param both questions that both answered rightly
 * @param onlyFirst that only the first did
 * @param onlySecond that only the second did
 * @param neither that neither did
 */
public record PairedCounts(int both, int onlyFirst, int onlySecond, int neither) {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** A lower and an upper end. */
    public record Interval(double low, double high) {}

    public PairedCounts {
        if (both < 0 || onlyFirst < 0 || onlySecond < 0 || neither < 0 || both + onlyFirst + onlySecond + neither < 1) {
            throw new IllegalArgumentException("At least one question is counted, none negatively: %d, %d, %d, %d"
                    .formatted(both, onlyFirst, onlySecond, neither));
        }
    }

    public int questions() {
        return both + onlyFirst + onlySecond + neither;
    }

    public double first() {
        return (double) (both + onlyFirst) / questions();
    }

    public double second() {
        return (double) (both + onlySecond) / questions();
    }

    /** How much more of the questions the first answered rightly, from -1 to 1. */
    public double difference() {
        return (double) (onlyFirst - onlySecond) / questions();
    }

    /**
     * Newcombe's interval for a paired difference (1998, method 10): squared and added Wilson limits, correlated by phi.
     *
     * @param confidence such as 0.95
     */
    public Interval interval(double confidence) {
        Interval one = wilson(both + onlyFirst, questions(), confidence);
        Interval two = wilson(both + onlySecond, questions(), confidence);
        double phi = phi();
        double down = spread(first() - one.low(), two.high() - second(), phi);
        double up = spread(one.high() - first(), second() - two.low(), phi);
        return new Interval(difference() - down, difference() + up);
    }

    private static double spread(double one, double two, double phi) {
        return Math.sqrt(one * one - 2 * phi * one * two + two * two);
    }

    /** With Newcombe's correction of the product by half the questions; 0 where a margin is. */
    private double phi() {
        double margins =
                (double) (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
        if (margins == 0) {
            return 0;
        }
        double product = (double) both * neither - (double) onlyFirst * onlySecond;
        double corrected = product > 0 ? Math.max(product - questions() / 2.0, 0) : product;
        return corrected / Math.sqrt(margins);
    }

    /** The exact test of McNemar, two-sided: how probable so uneven a split is if neither way is better. */
    public double exactP() {
        int uneven = onlyFirst + onlySecond;
        return uneven == 0
                ? 1
                : BinomialTest.withDefaults().test(uneven, onlyFirst, 0.5).getPValue();
    }

    /** Wilson's interval (1927) for {@code right} of {@code of}, within 0 and 1. */
    public static Interval wilson(int right, int of, double confidence) {
        double z = NORMAL.inverseSurvivalProbability((1 - confidence) / 2);
        double share = (double) right / of;
        double centre = (share + z * z / (2 * of)) / (1 + z * z / of);
        double reach = z * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of)) / (1 + z * z / of);
        return new Interval(Math.max(0, centre - reach), Math.min(1, centre + reach));
    }
}
