package dev.kvasir.decoder.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the kernels' benchmark and prints it; only what no processor explains fails. */
@Tag("nightly")
class DirectMatrixBenchmarkIT {
    /** Interpreted, a product takes a thousand times as long as compiled. */
    private static final double NANOS_A_PRODUCT = 5;

    @Test
    void everyKernelIsCompiledToVectorInstructions() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(DirectMatrixBenchmark.class.getName())
                        .build())
                .run();

        assertThat(results).hasSize(12);
        for (RunResult result : results) {
            int tokens = Integer.parseInt(result.getParams().getParam("tokens"));
            double nanos = result.getPrimaryResult().getScore() * 1000 / DirectMatrixBenchmark.PRODUCTS / tokens;
            System.out.printf(
                    "%s, %d tokens: %.3f ns a product%n", result.getParams().getParam("layout"), tokens, nanos);
            assertThat(nanos).isLessThan(NANOS_A_PRODUCT);
        }
    }
}
