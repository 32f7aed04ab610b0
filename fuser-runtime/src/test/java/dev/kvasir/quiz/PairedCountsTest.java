package dev.kvasir.quiz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.Goldens;
import dev.kvasir.quiz.PairedCounts.Interval;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Against numbers of scipy and statsmodels. */
class PairedCountsTest {

    @TestFactory
    Stream<DynamicTest> differencesAndTheirIntervalsAreThoseOfNewcombe() {
        return cases("paired-difference", golden -> {
            PairedCounts counts = new PairedCounts(
                    golden.get("bothRight").asInt(),
                    golden.get("onlyTreatment").asInt(),
                    golden.get("onlyBaseline").asInt(),
                    golden.get("bothWrong").asInt());
            assertThat(counts.difference()).isEqualTo(golden.get("difference").asDouble(), within(1e-9));
            isClose(counts.interval(golden.get("confidence").asDouble()), golden.get("newcombe"));
        });
    }

    @TestFactory
    Stream<DynamicTest> unevenSplitsAreAsProbableAsMcNemarSays() {
        return cases("mcnemar", golden -> {
            int b = golden.get("b").asInt();
            int c = golden.get("c").asInt();
            assertThat(new PairedCounts(1, b, c, 1).exactP())
                    .isEqualTo(golden.get("exact").asDouble(), within(1e-12));
        });
    }

    @TestFactory
    Stream<DynamicTest> sharesHaveTheIntervalOfWilson() {
        return cases(
                "wilson",
                golden -> isClose(
                        PairedCounts.wilson(
                                golden.get("right").asInt(),
                                golden.get("n").asInt(),
                                golden.get("confidence").asDouble()),
                        golden.get("interval")));
    }

    @Test
    void nothingCountedIsRefused() {
        assertThatThrownBy(() -> new PairedCounts(0, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void isClose(Interval interval, JsonNode expected) {
        assertThat(interval.low()).isEqualTo(expected.get(0).asDouble(), within(1e-9));
        assertThat(interval.high()).isEqualTo(expected.get(1).asDouble(), within(1e-9));
    }

    private static Stream<DynamicTest> cases(String kind, Consumer<JsonNode> check) {
        JsonNode golden = Goldens.json(Goldens.path("stats/" + kind + ".json"));
        return StreamSupport.stream(golden.get("cases").spliterator(), false)
                .map(one -> DynamicTest.dynamicTest(one.get("id").asString(), () -> check.accept(one)));
    }
}
