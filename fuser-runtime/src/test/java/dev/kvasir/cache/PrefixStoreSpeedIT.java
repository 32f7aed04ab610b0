package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.decoder.Profile;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.TensorScope;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Reads questions behind one preamble of 300 tokens, each whole and behind what a prefix store has, on the model that the
 * system property {@code kvasir.speed.model} names, loaded as {@code kvasir.speed.profile} says (EXACT);
 * {@code kvasir.speed.questions} of them (20). Both ways must give the same logits, bit for bit. Without a model nothing is measured. Questions alternate, so that other load hits both; what counts is the thread's CPU time.
 * {@code docs/caches.md} holds the command and what it gave.
 */
class PrefixStoreSpeedIT {

    private static final int PREAMBLE = 300;
    private static final int QUESTION = 20;
    private static final int QUESTIONS = Integer.getInteger("kvasir.speed.questions", 20);

    private static final Profile PROFILE = Profile.valueOf(System.getProperty("kvasir.speed.profile", "EXACT"));

    private double[] logits = {};
    private double wholeMillis;
    private double cachedMillis;
    private double wholeWall;
    private double cachedWall;
    private long asked;
    private long read;

    @TestFactory
    Stream<DynamicTest> questionsBehindOnePreambleTakeAThirdOfThePrefillAtMost() {
        String model = System.getProperty("kvasir.speed.model", "");
        return model.isEmpty()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(model, () -> measure(Path.of(model))));
    }

    private void measure(Path file) {
        ModelFingerprint fingerprint = ModelFingerprint.of(file);
        try (Checkpoint checkpoint = Checkpoint.open(file);
                LoadedModel model = LoadedModel.load(checkpoint, PROFILE);
                PrefixStore store = new PrefixStore(model, 1L << 28)) {
            CacheOrigin origin = CacheOrigin.of(model, fingerprint, PROFILE.id(), TenantSalt.NONE);
            var random = new SplittableRandom(1);
            List<Integer> preamble = ids(random, PREAMBLE, model);
            timed(model, cache -> whole(model, preamble, cache)); // warms both ways alike
            for (int question = 0; question < QUESTIONS; question++) {
                List<Integer> prompt = new ArrayList<>(preamble);
                prompt.addAll(ids(random, QUESTION, model));
                double[] cold = timed(model, cache -> whole(model, prompt, cache));
                double[] expected = logits;
                double[] warm = timed(
                        model, cache -> cached(new CachedPrefill(model, store, () -> false), origin, prompt, cache));
                assertThat(logits).as("question %d", question).containsExactly(expected);
                wholeMillis += cold[0];
                wholeWall += cold[1];
                cachedMillis += warm[0];
                cachedWall += warm[1];
                asked += prompt.size();
            }
            report(file, store.statistics());
        }
        assertThat(asked).isGreaterThanOrEqualTo(3 * read);
        assertThat(wholeMillis).isGreaterThanOrEqualTo(3 * cachedMillis);
    }

    private void whole(LoadedModel model, List<Integer> prompt, KvCache cache) {
        try (TensorScope scope = TensorScope.root()) {
            logits = new Prefill(model, () -> false)
                    .run(scope, Forward.of(prompt, cache))
                    .toDoubles();
        }
    }

    private void cached(CachedPrefill prefill, CacheOrigin origin, List<Integer> prompt, KvCache cache) {
        try (TensorScope scope = TensorScope.root()) {
            CachedPrefill.Result result = prefill.run(scope, origin, CachedTokens.of(prompt), cache);
            read += result.read();
            logits = result.logits().toDoubles();
        }
    }

    /** CPU and wall milliseconds. */
    private static double[] timed(LoadedModel model, Consumer<KvCache> work) {
        try (KvCache cache = model.newCache(1, PREAMBLE + QUESTION)) {
            long wall = System.nanoTime();
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            work.accept(cache);
            return new double[] {
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e6,
                (System.nanoTime() - wall) / 1e6
            };
        }
    }

    private static List<Integer> ids(SplittableRandom random, int count, LoadedModel model) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(random.nextInt(model.config().vocabularySize()));
        }
        return ids;
    }

    private void report(Path file, PrefixStatistics statistics) {
        System.out.printf(
                "%s, %d questions of %d tokens behind %d: tokens whole %d, with the store %d (1/%.1f); CPU %.0f and %.0f ms"
                        + " (1/%.1f); wall %.0f and %.0f ms (1/%.1f); %d of %d searches hit, %d blocks, %d bytes, %d evicted%n",
                file.getFileName(),
                QUESTIONS,
                QUESTION,
                PREAMBLE,
                asked,
                read,
                (double) asked / read,
                wholeMillis,
                cachedMillis,
                wholeMillis / cachedMillis,
                wholeWall,
                cachedWall,
                wholeWall / cachedWall,
                statistics.hits(),
                statistics.searches(),
                statistics.blocks(),
                statistics.bytes(),
                statistics.evictions());
    }
}
