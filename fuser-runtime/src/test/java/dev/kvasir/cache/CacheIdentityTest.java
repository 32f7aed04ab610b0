package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.model.Rope;
import dev.kvasir.model.RopeScaling;
import dev.kvasir.torch.ElementType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheIdentityTest {

    private static final String A = "a".repeat(64);
    private static final String C = "c".repeat(64);
    private static final CacheOrigin ORIGIN = origin(TinyModel.config(Family.LLAMA));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 512, 1000})
    void aChainHasALinkForEveryStartedChunk(int length) {
        TokenChain chain = identity(length).chain();

        assertThat(chain.links()).hasSize((length + 255) / 256).doesNotHaveDuplicates();
        assertThat(chain.last())
                .isEqualTo(length == 0 ? ORIGIN.seed() : chain.links().getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 512, 1000})
    void equalTokensOfAnEqualOriginHaveOneIdentity(int length) {
        CacheIdentity again = CacheIdentity.plain(
                origin(TinyModel.config(Family.LLAMA)), CachedTokens.of(List.copyOf(Caches.ids(length, 3))));

        assertThat(again.digest()).isEqualTo(identity(length).digest());
        assertThat(again).isEqualTo(identity(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 512, 1000})
    void anyOtherTokenPositionOrPaddingChangesItsLinkAndAllBehindIt(int length) {
        CachedTokens tokens = identity(length).tokens();
        List<String> links = identity(length).chain().links();
        var random = new SplittableRandom(length);
        for (int round = 0; round < 20; round++) {
            int at = random.nextInt(length);
            for (CachedTokens other : List.of(otherId(tokens, at), otherPosition(tokens, at), hidden(tokens, at))) {
                List<String> changed =
                        CacheIdentity.plain(ORIGIN, other).chain().links();

                assertThat(changed.subList(0, at / 256)).isEqualTo(links.subList(0, at / 256));
                for (int link = at / 256; link < links.size(); link++) {
                    assertThat(changed.get(link)).isNotEqualTo(links.get(link));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 512, 1000})
    void aPrefixSharesItsWholeChunksAndNothingElse(int length) {
        List<String> longer = identity(length + 1).chain().links();
        List<String> links = identity(length).chain().links();
        int whole = length / 256;

        assertThat(links.subList(0, whole)).isEqualTo(longer.subList(0, whole));
        assertThat(identity(length).digest()).isNotEqualTo(identity(length + 1).digest());
        assertThat(links.subList(whole, links.size())).doesNotContainAnyElementsOf(longer);
    }

    @Test
    void everythingThatComputesACacheIsPartOfItsIdentity() {
        ModelConfig config = TinyModel.config(Family.LLAMA);
        List<CacheOrigin> origins = List.of(
                ORIGIN,
                new CacheOrigin("tiny", new ModelFingerprint(C, A), "exact", ElementType.F32, config, Caches.TENANT),
                new CacheOrigin("tiny", new ModelFingerprint(A, C), "exact", ElementType.F32, config, Caches.TENANT),
                new CacheOrigin("tiny", new ModelFingerprint(A, A), "fast", ElementType.F32, config, Caches.TENANT),
                new CacheOrigin("tiny", new ModelFingerprint(A, A), "exact", ElementType.F64, config, Caches.TENANT),
                origin(TinyModel.config(Family.GEMMA3)),
                origin(withRope(config, new Rope(1e5, new RopeScaling.None()))),
                origin(withRope(config, new Rope(1e6, new RopeScaling.Linear(2)))),
                origin(withRope(config, new Rope(1e6, new RopeScaling.Llama3(8, 1, 4, 8192)))),
                origin(withRope(config, new Rope(1e6, new RopeScaling.Divisors(List.of(1f, 8f))))),
                ORIGIN.withTenant(TenantSalt.NONE),
                ORIGIN.withTenant(new TenantSalt("another tenant's salt")));
        for (int length : List.of(0, 1, 256, 300)) {
            Set<String> digests = new HashSet<>();
            origins.forEach(origin -> digests.add(
                    CacheIdentity.plain(origin, identity(length).tokens()).digest()));

            assertThat(digests).hasSameSizeAs(origins);
        }
    }

    @Test
    void aModelIsWhatItComputesNotWhatItIsCalled() {
        CacheOrigin renamed = new CacheOrigin(
                "another name", ORIGIN.fingerprint(), "exact", ElementType.F32, ORIGIN.config(), Caches.TENANT);

        assertThat(CacheIdentity.plain(renamed, identity(9).tokens()).digest())
                .isEqualTo(identity(9).digest());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 512, 1000})
    void aCacheThatSomethingWasDoneToIsNeverThatOfItsTokens(int length) {
        CacheIdentity plain = identity(length);
        String sharer = identity(length + 1).digest();
        List<CacheIdentity> all = List.of(
                plain,
                plain.with(new Lineage.Prepended(length, List.of(0, 2), sharer)),
                plain.with(new Lineage.Prepended(length, List.of(2), sharer)),
                plain.with(new Lineage.Prepended(length, List.of(), sharer)),
                plain.with(new Lineage.Prepended(length, List.of(0, 2), C)),
                plain.with(new Lineage.Coded(CacheCodec.INT8, length)),
                plain.with(new Lineage.Coded(CacheCodec.INT4, length)),
                plain.with(fused(length, "sequential", new Lineage.Shared(A, "gates-trained", sharer))),
                plain.with(fused(length, "parallel", new Lineage.Shared(A, "gates-trained", sharer))),
                plain.with(fused(length, "sequential", new Lineage.Shared(C, "gates-trained", sharer))),
                plain.with(fused(length, "sequential", new Lineage.Shared(A, "gates-open", sharer))),
                plain.with(fused(length, "sequential", new Lineage.Shared(A, "gates-trained", C))),
                plain.with(fused(
                        length,
                        "sequential",
                        new Lineage.Shared(A, "gates-trained", sharer),
                        new Lineage.Shared(C, "gates-trained", sharer))),
                plain.with(fused(
                        length,
                        "sequential",
                        new Lineage.Shared(C, "gates-trained", sharer),
                        new Lineage.Shared(A, "gates-trained", sharer))));

        assertThat(all.stream().map(CacheIdentity::digest)).doesNotHaveDuplicates();
        assertThat(all.stream().map(CacheIdentity::prefixSeed)).doesNotHaveDuplicates();
        for (CacheIdentity each : all) {
            assertThat(Lineage.parse(each.lineage().text())).isEqualTo(each.lineage());
        }
    }

    @Test
    void aPrefixOfAFusedCacheKeepsWhatConcernsIt() {
        CacheIdentity fused = identity(10)
                .with(new Lineage.Fused(2, 6, "sequential", List.of(new Lineage.Shared(A, "x", C))))
                .with(new Lineage.Coded(CacheCodec.INT8, 10));

        assertThat(fused.first(2).lineage().text()).isEqualTo("coded 2 as int8");
        assertThat(fused.first(5).lineage().text())
                .isEqualTo("fused 2 to 5 sequential: fuser %s settings x sharer %s;\ncoded 5 as int8".formatted(A, C));
        assertThat(fused.first(10)).isEqualTo(fused);
        assertThat(fused.first(0).lineage().isPlain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "coded 3 as none",
                "coded 03 as int8",
                "coded 3 as int8\n",
                "fused 3 to 2 sequential: fuser x settings y sharer z;",
                "fused 0 to 2 sequential:  ;",
                "prepended 3 layers 2,0 sharer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "prepended 3 layers  sharer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void aLineageThatWasNotWrittenHereIsRefused(String text) {
        assertThatThrownBy(() -> Lineage.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLineageBeyondTheTokensIsRefused() {
        assertThatThrownBy(() -> identity(3).with(new Lineage.Coded(CacheCodec.INT8, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A cache of 3 tokens has no position 3 for its lineage: coded 4 as int8");
    }

    @Test
    void aSaltIsNeverShown() {
        assertThat(ORIGIN.toString()).doesNotContain("a tenant's salt").contains(Caches.TENANT.sha256());
    }

    private static CacheIdentity identity(int length) {
        return CacheIdentity.plain(ORIGIN, CachedTokens.of(Caches.ids(length, 3)));
    }

    private static CacheOrigin origin(ModelConfig config) {
        return new CacheOrigin("tiny", new ModelFingerprint(A, A), "exact", ElementType.F32, config, Caches.TENANT);
    }

    private static ModelConfig withRope(ModelConfig config, Rope rope) {
        return new ModelConfig(
                config.family(),
                config.hiddenSize(),
                config.layers(),
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                config.intermediateSize(),
                config.vocabularySize(),
                config.contextLength(),
                config.rmsNormEps(),
                rope,
                config.slidingRope(),
                config.windows(),
                config.queryScale(),
                config.embeddingScale(),
                config.tiedEmbeddings(),
                config.biases(),
                config.beginId(),
                config.endIds(),
                config.padId());
    }

    private static Lineage.Fused fused(int to, String order, Lineage.Shared... shared) {
        return new Lineage.Fused(0, to, order, List.of(shared));
    }

    private static CachedTokens otherId(CachedTokens tokens, int at) {
        List<Integer> ids = new ArrayList<>(tokens.ids());
        ids.set(at, ids.get(at) + 1);
        return new CachedTokens(ids, tokens.positions(), tokens.hidden());
    }

    private static CachedTokens otherPosition(CachedTokens tokens, int at) {
        List<Integer> positions = new ArrayList<>(tokens.positions());
        positions.set(at, positions.get(at) + 1);
        return new CachedTokens(tokens.ids(), positions, tokens.hidden());
    }

    private static CachedTokens hidden(CachedTokens tokens, int at) {
        List<Boolean> hidden = new ArrayList<>(Collections.nCopies(tokens.size(), false));
        hidden.set(at, true);
        return new CachedTokens(tokens.ids(), tokens.positions(), hidden);
    }
}
