package dev.kvasir.web.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.operation.training.TrainingPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossChartTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 400, 5000})
    void whateverTheNumberOfStepsEveryPointLiesWithinTheAxes(int steps) {
        List<TrainingPoint> points = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            points.add(point(step, steps, 9.0 / step, step % 5 == 0 ? 10.0 / step : null));
        }
        LossChart chart = LossChart.of(points, 760, 340).orElseThrow();

        List<double[]> drawn = Arrays.stream(chart.training().substring(1).split("L", -1))
                .map(LossChartTest::place)
                .toList();
        assertThat(drawn).hasSizeBetween(1, 380).allSatisfy(place -> {
            assertThat(place[0]).isBetween(chart.left() - 0.1, chart.right() + 0.1);
            assertThat(place[1]).isBetween(20.0, chart.bottom() + 0.1);
        });
        assertThat(chart.xMarks()).hasSizeBetween(1, 14);
        assertThat(chart.yMarks()).hasSizeBetween(2, 12);
    }

    @Test
    void theLowestHeldOutLossIsMarkedAndToldInWords() {
        LossChart chart = LossChart.of(List.of(point(1, 3, 5, 4.0), point(2, 3, 3, 2.5), point(3, 3, 1, 3.0)), 760, 340)
                .orElseThrow();

        assertThat(chart.dots()).extracting(LossChart.Dot::isBest).containsExactly(false, true, false);
        assertThat(chart.summary())
                .isEqualTo("Training loss from 5.000 at step 1 to 1.000 at step 3 of 3."
                        + " Held-out loss measured 3 times, lowest 2.5000 at step 2.");
        assertThat(chart.labels()).extracting(LossChart.Label::value).containsExactly("1.000", "3.000");
    }

    @Test
    void namesAtTheEndOfTheLinesStandApartWhereTheLinesMeet() {
        List<LossChart.Label> labels = LossChart.of(List.of(point(1, 1, 2, 2.0)), 760, 340)
                .orElseThrow()
                .labels();

        assertThat(Math.abs(labels.getFirst().y() - labels.getLast().y())).isGreaterThan(30);
    }

    @Test
    void namesDoNotReachBelowTheAxis() {
        LossChart chart = LossChart.of(List.of(point(1, 9, 9, null), point(2, 9, 0.1, 0.01)), 760, 340)
                .orElseThrow();

        assertThat(chart.labels()).allSatisfy(label -> assertThat(label.y()).isLessThan(chart.bottom() - 15));
    }

    @Test
    void aLossThatIsNoNumberIsLeftOutAndNoStepsAreNoPicture() {
        assertThat(LossChart.of(List.of(), 760, 340)).isEmpty();
        assertThat(LossChart.of(List.of(point(1, 9, Double.NaN, null)), 760, 340))
                .isEmpty();
        assertThat(LossChart.of(List.of(point(1, 9, 2, null), point(2, 9, Double.NaN, null)), 760, 340)
                        .orElseThrow()
                        .training())
                .doesNotContain("NaN");
    }

    private static double[] place(String text) {
        String[] parts = text.split(" ", -1);
        return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
    }

    private static TrainingPoint point(int step, int steps, double loss, @Nullable Double heldOut) {
        return new TrainingPoint(step, steps, loss, heldOut, 1, 1e-3, 0.5, 8, 8, 900, 1000);
    }
}
