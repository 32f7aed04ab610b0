package dev.kvasir.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the masks' benchmark, over the model of {@code -Dkvasir.grammar.model} if it is named, and prints it. */
@Tag("nightly")
class MaskBenchmarkIT {

    @Test
    void aMaskThatIsKnownCostsLittle() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(MaskBenchmark.class.getName())
                        .param("model", System.getProperty("kvasir.grammar.model", ""))
                        .build())
                .run();

        assertThat(results).hasSize(6);
        for (RunResult result : results) {
            double micros = result.getPrimaryResult().getScore();
            System.out.printf(
                    "%s %s: %.0f µs a text%n",
                    result.getPrimaryResult().getLabel(), result.getParams().getParam("format"), micros);
            if (!result.getPrimaryResult().getLabel().equals("fresh")) {
                assertThat(micros / MaskBenchmark.TICKET.length()).isLessThan(1000);
            }
        }
    }
}
