package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixStoreTest {

    private static final LoadedModel MODEL = TinyModel.load(Family.LLAMA, ElementType.F32);
    private static final CacheOrigin ORIGIN = Caches.origin(MODEL);
    private static final long PLENTY = 1L << 30;
    private static final long PER_TOKEN = MODEL.cacheBytes(1, 1);
    private static final String A = "a".repeat(64);

    private final TensorScope scope = TensorScope.root();
    private final PrefixStore store = new PrefixStore(MODEL, PLENTY);

    @AfterEach
    void close() {
        store.close();
        scope.close();
    }

    @AfterAll
    static void closeModel() {
        MODEL.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 300, 512, 600})
    void theLongestCommonPrefixIsFoundToTheToken(int common) {
        put(store, ids(700));
        List<Integer> asked = new ArrayList<>(ids(700).subList(0, common));
        asked.add((ids(700).get(common) + 1) % TinyModel.VOCABULARY);
        asked.addAll(Caches.ids(300, 5));

        assertThat(found(store, asked)).isEqualTo(common);
        assertThat(found(store, ids(700).subList(0, common))).isEqualTo(common);
    }

    @Test
    void whatWasFoundIsWhatWasStored() {
        List<Integer> ids = ids(600);
        try (KvCache whole = Caches.prefilled(MODEL, ids, 600);
                KvCache copy = MODEL.newCache(1, 700)) {
            store.put(identity(ids), whole);
            try (PrefixLease lease = store.find(identity(ids))) {
                lease.copyTo(copy);
            }

            assertThat(copy.length()).isEqualTo(600);
            assertThat(Caches.contents(copy)).usingRecursiveComparison().isEqualTo(Caches.contents(whole));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPromptBehindAStoredPrefixGivesTheVeryNumbersThatItGivesWhole(Family family) {
        List<Integer> ids = Caches.ids(290, 1);
        try (LoadedModel model = TinyModel.load(family, ElementType.F32);
                PrefixStore own = new PrefixStore(model, PLENTY);
                KvCache whole = model.newCache(1, 300);
                KvCache cached = model.newCache(1, 300)) {
            // Gemma's local layers see 5 positions, far fewer than are reused.
            try (KvCache first = model.newCache(1, 300)) {
                List<Integer> other = new ArrayList<>(ids.subList(0, 271));
                other.add(31 - ids.get(271));
                read(model, own, other, first);
            }
            double[] expected = Caches.next(model, whole, ids);
            CachedPrefill.Result result = read(model, own, ids, cached);

            assertThat(result.copied()).isEqualTo(256);
            assertThat(result.logits().toDoubles()).containsExactly(expected);
            assertThat(Caches.contents(cached)).usingRecursiveComparison().isEqualTo(Caches.contents(whole));
            assertThat(Caches.next(model, cached, List.of(7))).containsExactly(Caches.next(model, whole, List.of(7)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 200, 256, 257, 300, 385})
    void theRestOfAPromptIsReadInTheStretchesOfTheWhole(int length) {
        CachedTokens prompt = CachedTokens.of(ids(length));
        List<Integer> cold = new ArrayList<>();
        List<Integer> warm = new ArrayList<>();
        try (KvCache whole = MODEL.newCache(1, 400);
                KvCache cached = MODEL.newCache(1, 400)) {
            new CachedPrefill(MODEL, store, () -> !cold.add(whole.length())).run(scope, ORIGIN, prompt, whole);
            int copied = new CachedPrefill(MODEL, store, () -> !warm.add(cached.length()))
                    .run(scope, ORIGIN, prompt, cached)
                    .copied();

            assertThat(copied).isEqualTo((length - 1) / 128 * 128);
            assertThat(warm)
                    .isEqualTo(cold.stream().filter(start -> start >= copied).toList());
        }
    }

    @Test
    void paddingInsideAPrefixStaysHidden() {
        List<Integer> ids = ids(140);
        List<Boolean> pads = new ArrayList<>(Collections.nCopies(140, false));
        pads.set(1, true);
        CachedTokens padded = new CachedTokens(ids, CachedTokens.of(ids).positions(), pads);
        try (KvCache cold = MODEL.newCache(1, 140);
                KvCache warm = MODEL.newCache(1, 140)) {
            CachedPrefill prefill = new CachedPrefill(MODEL, store, () -> false);
            double[] expected =
                    prefill.run(scope, ORIGIN, padded, cold).logits().toDoubles();
            CachedPrefill.Result again = prefill.run(scope, ORIGIN, padded, warm);

            assertThat(again.copied()).isEqualTo(128);
            assertThat(again.logits().toDoubles()).containsExactly(expected);
            assertThat(found(store, ids)).isEqualTo(1);
        }
    }

    @Test
    void fiveHundredQuestionsBehindOnePreambleReadItOnce() {
        List<Integer> preamble = ids(300);
        var random = new SplittableRandom(11);
        long read = 0;
        long asked = 0;
        try (KvCache cache = MODEL.newCache(1, 400)) {
            for (int question = 0; question < 500; question++) {
                List<Integer> prompt = new ArrayList<>(preamble);
                for (int i = 0; i < 20; i++) {
                    prompt.add(random.nextInt(TinyModel.VOCABULARY));
                }
                cache.truncate(0);
                try (TensorScope step = TensorScope.root()) {
                    read += new CachedPrefill(MODEL, store, () -> false)
                            .run(step, ORIGIN, CachedTokens.of(prompt), cache)
                            .read();
                }
                asked += prompt.size();
            }
        }

        assertThat(asked).isEqualTo(160_000);
        assertThat(read).isEqualTo(320 + 499 * 64);
        assertThat(asked).isGreaterThanOrEqualTo(3 * read);
        PrefixStatistics statistics = store.statistics();
        assertThat(statistics.searches()).isEqualTo(500);
        assertThat(statistics.hits()).isEqualTo(499);
        assertThat(statistics.tokensFound()).isEqualTo(asked - read);
        assertThat(statistics.blocks()).isEqualTo(1);
    }

    @Test
    void aStoreOfNoBytesReadsEveryPromptWhole() {
        try (PrefixStore none = new PrefixStore(MODEL, 0);
                KvCache cache = MODEL.newCache(1, 300)) {
            read(MODEL, none, ids(300), cache);
            cache.truncate(0);

            assertThat(read(MODEL, none, ids(300), cache).read()).isEqualTo(300);
            assertThat(none.statistics().blocks()).isZero();
        }
    }

    @Test
    void aBlockThatCanNeverFitDropsNoOther() {
        try (PrefixStore small = new PrefixStore(MODEL, 40 * PER_TOKEN)) {
            put(small, Caches.ids(30, 1));

            assertThat(put(small, Caches.ids(50, 2))).isZero();
            assertThat(found(small, Caches.ids(30, 1))).isEqualTo(30);
        }
    }

    @Test
    void aFusedCacheNeverAnswersForAnUnfusedPrefixNorTheOtherWayRound() {
        List<Integer> ids = ids(300);
        try (KvCache cache = Caches.prefilled(MODEL, ids, 300)) {
            store.put(fused(ids, A), cache);
            assertThat(found(store, identity(ids))).isZero();
            assertThat(found(store, fused(ids, "c".repeat(64)))).isZero();
            assertThat(found(store, identity(ids).with(new Lineage.Coded(CacheCodec.INT8, 300))))
                    .isZero();
            assertThat(found(store, fused(ids, A))).isEqualTo(300);
        }
        try (PrefixStore plain = new PrefixStore(MODEL, PLENTY)) {
            put(plain, ids);
            assertThat(found(plain, fused(ids, A))).isZero();
            assertThat(found(plain, identity(ids))).isEqualTo(300);
        }
    }

    @Test
    void aFusedPrefixIsFoundOnlyBeyondAllThatWasFused() {
        List<Integer> ids = ids(300);
        List<Integer> other = new ArrayList<>(ids.subList(0, 280));
        other.addAll(List.of(31 - ids.get(280), 4));
        List<Integer> early = new ArrayList<>(ids.subList(0, 270));
        early.add(31 - ids.get(270));
        early.addAll(Caches.ids(20, 2));
        try (KvCache cache = Caches.prefilled(MODEL, ids, 300)) {
            store.put(fused(ids, A), cache);
        }

        assertThat(found(store, fused(other, A))).isEqualTo(280);
        assertThat(found(store, fused(early, A))).isZero();
    }

    @Test
    void anotherTenantTypeProfileModelTokenizerOrPositionNeverHits() {
        List<Integer> ids = ids(300);
        put(store, ids);
        CachedTokens tokens = CachedTokens.of(ids);
        CachedTokens shifted = new CachedTokens(
                ids, tokens.positions().stream().map(at -> at + 1).toList(), List.of());
        String c = "c".repeat(64);

        assertThat(found(store, identity(ids))).isEqualTo(300);
        assertThat(found(store, CacheIdentity.plain(ORIGIN, shifted))).isZero();
        for (CacheOrigin other : List.of(
                ORIGIN.withTenant(TenantSalt.NONE),
                ORIGIN.withTenant(new TenantSalt("another tenant's salt")),
                new CacheOrigin("tiny", Caches.FINGERPRINT, "exact", ElementType.BF16, ORIGIN.config(), Caches.TENANT),
                new CacheOrigin("tiny", Caches.FINGERPRINT, "fast", ElementType.F32, ORIGIN.config(), Caches.TENANT),
                new CacheOrigin(
                        "tiny",
                        new ModelFingerprint(c, Caches.FINGERPRINT.tokenizer()),
                        "exact",
                        ElementType.F32,
                        ORIGIN.config(),
                        Caches.TENANT),
                new CacheOrigin(
                        "tiny",
                        new ModelFingerprint(Caches.FINGERPRINT.weights(), c),
                        "exact",
                        ElementType.F32,
                        ORIGIN.config(),
                        Caches.TENANT))) {
            assertThat(found(store, CacheIdentity.plain(other, tokens))).isZero();
        }
    }

    @Test
    void tenantsShareTheRoomAndNothingElse() {
        List<Integer> ids = ids(20);
        CacheOrigin other = ORIGIN.withTenant(new TenantSalt("another tenant's salt"));
        put(store, ids);
        try (KvCache cache = Caches.prefilled(MODEL, ids, 20)) {
            store.put(CacheIdentity.plain(other, CachedTokens.of(ids)), cache);
        }

        assertThat(store.statistics().bytes()).isEqualTo(40 * PER_TOKEN);
        assertThat(found(store, CacheIdentity.plain(other, CachedTokens.of(ids))))
                .isEqualTo(20);
    }

    @Test
    void aLeasedPrefixIsNotEvicted() {
        try (PrefixStore small = new PrefixStore(MODEL, 40 * PER_TOKEN)) {
            put(small, Caches.ids(30, 1));
            try (PrefixLease lease = small.find(identity(Caches.ids(30, 1)))) {
                assertThat(put(small, Caches.ids(30, 2))).isZero();
                assertThat(put(small, Caches.ids(10, 3))).isEqualTo(10);
                assertThat(put(small, Caches.ids(9, 4))).isEqualTo(9);
                assertThatThrownBy(small::close)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("A prefix is still leased; close its lease first.");
                try (KvCache copy = MODEL.newCache(1, 30)) {
                    lease.copyTo(copy);
                    assertThat(copy.length()).isEqualTo(30);
                }
            }
            assertThat(small.statistics().refusals()).isEqualTo(1);
            assertThat(small.statistics().evictions()).isEqualTo(1);
            assertThat(put(small, Caches.ids(30, 2))).isEqualTo(30);
            assertThat(found(small, Caches.ids(30, 1))).isZero();
        }
    }

    @Test
    void aClosedLeaseGivesNothing() {
        put(store, ids(5));
        PrefixLease lease = store.find(identity(ids(5)));
        lease.close();
        lease.close();
        try (KvCache copy = MODEL.newCache(1, 5)) {
            assertThatThrownBy(() -> lease.copyTo(copy)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theLeastRecentlyUsedGoesFirstAndAPreambleThatIsUsedStays() {
        List<Integer> preamble = ids(280);
        try (PrefixStore small = new PrefixStore(MODEL, 400 * PER_TOKEN)) {
            put(small, preamble);
            for (int question = 0; question < 30; question++) {
                List<Integer> prompt = new ArrayList<>(preamble);
                prompt.addAll(Caches.ids(20, question));
                assertThat(found(small, prompt)).isGreaterThanOrEqualTo(280);
                put(small, prompt);
                assertThat(small.statistics().bytes()).isLessThanOrEqualTo(400 * PER_TOKEN);
            }
            assertThat(small.statistics().evictions()).isGreaterThan(20);
        }
    }

    @Test
    void aRandomScheduleNeverExceedsTheBytesAndAlwaysFindsTheTruth() {
        var random = new SplittableRandom(5);
        List<PrefixLease> leases = new ArrayList<>();
        try (PrefixStore small = new PrefixStore(MODEL, 900 * PER_TOKEN)) {
            for (int step = 0; step < 300; step++) {
                List<Integer> ids = new ArrayList<>(ids(random.nextInt(1, 600)));
                ids.addAll(Caches.ids(random.nextInt(0, 20), random.nextInt(4)));
                if (random.nextInt(3) == 0) {
                    PrefixLease lease = small.find(identity(ids));
                    assertThat(lease.length()).isLessThanOrEqualTo(ids.size());
                    leases.add(lease);
                }
                if (leases.size() > 2) {
                    leases.removeFirst().close();
                }
                int stored = put(small, ids);
                assertThat(stored).isLessThanOrEqualTo(ids.size());
                assertThat(found(small, ids)).isGreaterThanOrEqualTo(stored);
                assertThat(small.statistics().bytes()).isLessThanOrEqualTo(900 * PER_TOKEN);
            }
            leases.forEach(PrefixLease::close);
            assertThat(small.statistics().evictions()).isPositive();
        }
    }

    @Test
    void severalThreadsFindWhatTheyOrOthersStored() throws Exception {
        List<List<Integer>> prompts =
                List.of(Caches.ids(280, 0), Caches.ids(300, 1), Caches.ids(40, 2), Caches.ids(290, 0));
        List<List<double[]>> expected = new ArrayList<>();
        for (List<Integer> prompt : prompts) {
            try (KvCache cache = Caches.prefilled(MODEL, prompt, 300)) {
                expected.add(Caches.contents(cache));
            }
        }
        try (PrefixStore small = new PrefixStore(MODEL, 600 * PER_TOKEN);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int task = 0; task < 40; task++) {
                int which = task % prompts.size();
                tasks.add(() -> {
                    readAndCheck(small, prompts.get(which), expected.get(which));
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
            assertThat(small.statistics().searches()).isEqualTo(40);
            assertThat(small.statistics().hits()).isPositive();
            assertThat(small.statistics().bytes()).isLessThanOrEqualTo(600 * PER_TOKEN);
        }
    }

    private static void readAndCheck(PrefixStore store, List<Integer> prompt, List<double[]> expected) {
        try (KvCache cache = MODEL.newCache(1, 300);
                TensorScope step = TensorScope.root()) {
            new CachedPrefill(MODEL, store, () -> false).run(step, ORIGIN, CachedTokens.of(prompt), cache);
            List<double[]> contents = Caches.contents(cache);
            for (int part = 0; part < expected.size(); part++) {
                assertThat(contents.get(part)).containsExactly(expected.get(part), within(1e-5));
            }
        }
    }

    @Test
    void aLongerTailTakesTheShorterOnesPlace() {
        put(store, ids(20));
        put(store, ids(40));
        put(store, ids(30));

        assertThat(store.statistics().blocks()).isEqualTo(1);
        assertThat(store.statistics().bytes()).isEqualTo(40 * PER_TOKEN);
    }

    @Test
    void aCacheOfAnotherShapeIsNotTaken() {
        try (KvCache cache = Caches.prefilled(MODEL, ids(5), 5)) {
            assertThatThrownBy(() -> store.put(identity(ids(6)), cache))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A cache of 3 layers [1, 2, 5, 4] in F32 is not what its identity says:"
                            + " 3 layers [1, 2, 6, 4] in F32, with at least one token.");
        }
    }

    private CachedPrefill.Result read(LoadedModel model, PrefixStore own, List<Integer> ids, KvCache cache) {
        return new CachedPrefill(model, own, () -> false).run(scope, Caches.origin(model), CachedTokens.of(ids), cache);
    }

    private static List<Integer> ids(int count) {
        return Caches.ids(count, 0);
    }

    private static CacheIdentity identity(List<Integer> ids) {
        return CacheIdentity.plain(ORIGIN, CachedTokens.of(ids));
    }

    private static CacheIdentity fused(List<Integer> ids, String sharer) {
        return identity(ids).with(new Lineage.Fused(0, 275, "sequential", List.of(new Lineage.Shared(A, "x", sharer))));
    }

    private static int put(PrefixStore store, List<Integer> ids) {
        try (KvCache cache = Caches.prefilled(MODEL, ids, ids.size())) {
            return store.put(identity(ids), cache);
        }
    }

    private static int found(PrefixStore store, List<Integer> ids) {
        return found(store, identity(ids));
    }

    private static int found(PrefixStore store, CacheIdentity wanted) {
        try (PrefixLease lease = store.find(wanted)) {
            return lease.length();
        }
    }
}
