package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Measures packed against plain matrices on the model file that the system property {@code kvasir.speed.model} names;
 * without it there is nothing to measure. Rounds alternate, so that other load hits both; what counts is the
 * thread's CPU time. {@code docs/performance.md} holds the command and what it gave.
 */
class DecoderSpeedIT {
    private static final int ROUNDS = 30;
    private static final List<Integer> PROMPT = Collections.nCopies(128, 77);
    private static final List<Integer> TOKEN = List.of(77);

    private record Timed(List<Double> prefill, List<Double> decode) {}

    @TestFactory
    Stream<DynamicTest> packedMatricesAreNotSlowerThanPlainOnes() {
        String model = System.getProperty("kvasir.speed.model", "");
        return model.isEmpty()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(model, () -> measure(Path.of(model))));
    }

    private static void measure(Path file) {
        Timed plain = new Timed(new ArrayList<>(), new ArrayList<>());
        Timed packed = new Timed(new ArrayList<>(), new ArrayList<>());
        try (Checkpoint checkpoint = Checkpoint.open(file);
                LoadedModel slow = load(checkpoint, LinearKernel.PLAIN);
                LoadedModel fast = load(checkpoint, LinearKernel.PACKED)) {
            for (int round = 0; round < ROUNDS; round++) {
                run(slow, plain);
                run(fast, packed);
            }
        }
        report(file, "prefill of 128 tokens", plain.prefill(), packed.prefill());
        report(file, "decode of 1 token", plain.decode(), packed.decode());
        assertThat(best(packed.prefill())).isLessThan(best(plain.prefill()) * 1.1);
        assertThat(best(packed.decode())).isLessThan(best(plain.decode()) * 1.1);
    }

    private static LoadedModel load(Checkpoint checkpoint, LinearKernel kernel) {
        return LoadedModel.load(kernel.name(), checkpoint.config(), checkpoint.weights(), ElementType.F32, kernel);
    }

    private static void run(LoadedModel model, Timed timed) {
        try (KvCache cache = model.newCache(1, 200)) {
            timed.prefill().add(milliseconds(() -> forward(model, cache, PROMPT)));
            timed.decode().add(milliseconds(() -> forward(model, cache, TOKEN)));
        }
    }

    private static void forward(LoadedModel model, KvCache cache, List<Integer> ids) {
        try (TensorScope scope = TensorScope.root()) {
            assertThat(model.forward(scope, Forward.of(ids, cache)).toFloats()).isNotEmpty();
        }
    }

    private static double milliseconds(Runnable work) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e6;
    }

    private static void report(Path file, String what, List<Double> plain, List<Double> packed) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 3; round < ROUNDS; round++) {
            ratios.add(plain.get(round) / packed.get(round));
        }
        Collections.sort(ratios);
        System.out.printf(
                "%s, %s: plain %.1f ms, packed %.1f ms (best); plain/packed median %.2f (quartiles %.2f, %.2f), of bests"
                        + " %.2f%n",
                file.getFileName(),
                what,
                best(plain),
                best(packed),
                ratios.get(ratios.size() / 2),
                ratios.get(ratios.size() / 4),
                ratios.get(ratios.size() * 3 / 4),
                best(plain) / best(packed));
    }

    private static double best(List<Double> times) {
        return Collections.min(times);
    }
}
