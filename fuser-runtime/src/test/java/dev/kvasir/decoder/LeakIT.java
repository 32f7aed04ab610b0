package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.NativeCensus;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What generations and loads leave behind, on a golden model of 760 KB. The nightly ones show what the short ones could hide. */
class LeakIT {

    private static final Path MODEL = Path.of("src/test/resources/golden/models/models/gemma3");
    private static final int TOKENS = 8;

    /** Far less than the weights of 40 loads, 1.5 MB each; what a generation leaves is more surely seen as a handle. */
    private static final long MAX_NATIVE = 8L << 20;

    /** The Java heap's own coming and going is in it. */
    private static final long MAX_RESIDENT = 200L << 20;

    @Test
    void generationsLeaveNothingBehind() {
        generations(50, 150);
    }

    @Test
    @Tag("nightly")
    void thousandsOfGenerationsLeaveNothingBehind() {
        generations(200, 2_000);
    }

    @Test
    void loadsLeaveNothingBehind() {
        loads(10, 40);
    }

    @Test
    @Tag("nightly")
    void hundredsOfLoadsLeaveNothingBehind() {
        loads(50, 500);
    }

    @Test
    void aTensorThatIsNotClosedIsSeenInTheSystemsBooks() {
        long before = NativeCensus.nativeBytes();
        try (TensorScope scope = TensorScope.root()) {
            assertThat(scope.zeros(ElementType.F32, 1 << 22).sizeInBytes()).isEqualTo(16L << 20);
            assertThat(NativeCensus.nativeBytes() - before).isGreaterThan(MAX_NATIVE);
        }
        assertThat(NativeCensus.nativeBytes() - before).isLessThan(MAX_NATIVE);
    }

    @Test
    void aTensorThatIsNotClosedIsCounted() {
        int before = NativeCensus.handles();
        try (TensorScope scope = TensorScope.root()) {
            Tensor kept = scope.child().floats(new float[] {1}, 1);
            assertThat(kept.toFloats()).containsExactly(1);
            assertThat(NativeCensus.handles()).isEqualTo(before + 3);
        }
        assertThat(NativeCensus.handles()).isEqualTo(before);
    }

    private static void generations(int warmUp, int count) {
        try (Checkpoint checkpoint = Checkpoint.open(MODEL);
                LoadedModel model = LoadedModel.load(checkpoint, ElementType.F32)) {
            Generator generator = new Generator(model, checkpoint.tokenizer());
            measure(() -> generate(generator, checkpoint.tokenizer()), warmUp, count);
        }
    }

    private static void loads(int warmUp, int count) {
        measure(
                () -> {
                    try (Checkpoint checkpoint = Checkpoint.open(MODEL);
                            LoadedModel model = LoadedModel.load(checkpoint, ElementType.F32)) {
                        generate(new Generator(model, checkpoint.tokenizer()), checkpoint.tokenizer());
                    }
                },
                warmUp,
                count);
    }

    private static void generate(Generator generator, Tokenizer tokenizer) {
        List<Integer> prompt =
                tokenizer.encode("Hello there", Tokenizer.SpecialTokens.ADD).ids();
        GenerationRequest request = GenerationRequest.greedy(prompt, TOKENS, List.of());
        assertThat(generator.generate(request, GenerationListener.NONE).ids()).hasSize(TOKENS);
    }

    private static void measure(Runnable once, int warmUp, int count) {
        for (int i = 0; i < warmUp; i++) {
            once.run();
        }
        int handles = NativeCensus.handles();
        long allocated = settled();
        long resident = NativeCensus.residentBytes();
        for (int i = 0; i < count; i++) {
            once.run();
        }
        assertThat(NativeCensus.handles())
                .as("native handles after %d times", count)
                .isEqualTo(handles);
        // What is freed by a cleaner or a compiler's thread is freed a little later.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(NativeCensus.nativeBytes() - allocated)
                        .as("native bytes more after %d times", count)
                        .isLessThan(MAX_NATIVE));
        long grown = NativeCensus.residentBytes() - resident;
        System.out.printf(
                "%d times: %d handles before and after, %,d native bytes more, %,d resident%n",
                count, handles, NativeCensus.nativeBytes() - allocated, grown);
        assertThat(grown).as("resident bytes more after %d times", count).isLessThan(MAX_RESIDENT);
    }

    /** The least of several readings: nothing that only lingers is taken for what was there before. */
    private static long settled() {
        return LongStream.generate(NativeCensus::nativeBytes).limit(5).min().orElseThrow();
    }
}
