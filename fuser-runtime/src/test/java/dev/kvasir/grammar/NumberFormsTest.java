package dev.kvasir.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.grammar.NumberForms.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class NumberFormsTest {

    @RepeatedTest(40)
    void exactlyTheIntegersOfARangeAreWritten(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        int one = random.nextInt(-1200, 1200);
        int other = random.nextInt(-1200, 1200);
        CharDfa integers = automaton(NumberForms.integers(
                BigInteger.valueOf(Math.min(one, other)), BigInteger.valueOf(Math.max(one, other))));
        for (int value = -1300; value <= 1300; value++) {
            boolean isWithin = value >= Math.min(one, other) && value <= Math.max(one, other);
            assertThat(integers.accepts("" + value))
                    .as(value + " in " + one + ".." + other)
                    .isEqualTo(isWithin);
        }
        assertThat(integers.accepts("-0")).isFalse();
    }

    @RepeatedTest(40)
    void exactlyTheDecimalsOfARangeAreWritten(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        BigDecimal one = BigDecimal.valueOf(random.nextInt(-300, 300), random.nextInt(0, 3));
        BigDecimal other = BigDecimal.valueOf(random.nextInt(-300, 300), random.nextInt(0, 3));
        Bound least = new Bound(one.min(other), random.nextBoolean());
        Bound most = new Bound(one.max(other), random.nextBoolean());
        CharDfa decimals = automaton(NumberForms.decimals(least, most));
        for (int thousandths = -3100; thousandths <= 3100; thousandths++) {
            BigDecimal value = BigDecimal.valueOf(thousandths, 3);
            boolean isWithin = isWithin(value, least, most);
            assertThat(!decimals.isEmpty() && decimals.accepts(value.toPlainString()))
                    .as(value + " in " + least + ".." + most)
                    .isEqualTo(isWithin);
        }
        assertThat(!decimals.isEmpty() && decimals.accepts("2")).isEqualTo(isWithin(BigDecimal.TWO, least, most));
    }

    private static boolean isWithin(BigDecimal value, Bound least, Bound most) {
        int above = value.compareTo(least.value());
        int below = most.value().compareTo(value);
        return above >= (least.isExclusive() ? 1 : 0) && below >= (most.isExclusive() ? 1 : 0);
    }

    private static CharDfa automaton(Regex form) {
        return Nfa.certain(form, CharSet.SCALARS, new SchemaEffort());
    }
}
