package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.cache.Lineage;
import dev.kvasir.cache.TenantSalt;
import dev.kvasir.fuser.FusionLineage.SharerIdentity;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FusionLineageTest {

    private static final String FUSER = "f".repeat(64);
    private static final String OTHER_FUSER = "e".repeat(64);
    private static final CacheIdentity RECEIVER = identity("receiver", TinyPair.receiverConfig(), 6);
    private static final CacheIdentity SHARER = identity("sharer", TinyPair.sharerConfig(), 5);
    private static final List<Section> SECTIONS = List.of(Section.fused(5), Section.unfused(1));

    @Test
    void aFusedCacheIsNoneOfItsNeighbours() {
        List<CacheIdentity> identities = List.of(
                RECEIVER,
                fused(FusionSettings.TRAINED, SECTIONS, SHARER),
                fused(FusionSettings.TRAINED.with(Gates.OPEN), SECTIONS, SHARER),
                fused(FusionSettings.TRAINED.with(Gates.CLOSED), SECTIONS, SHARER),
                fused(new FusionSettings(Gates.TRAINED, 0.5, null), SECTIONS, SHARER),
                fused(new FusionSettings(Gates.TRAINED, 1, Set.of(0, 2)), SECTIONS, SHARER),
                fused(new FusionSettings(Gates.TRAINED, 1, Set.of()), SECTIONS, SHARER),
                fused(FusionSettings.TRAINED, new PartialFusion(0.5, PartialFusion.End.FRONT).apply(SECTIONS), SHARER),
                fused(FusionSettings.TRAINED, new PartialFusion(0.5, PartialFusion.End.BACK).apply(SECTIONS), SHARER),
                fused(FusionSettings.TRAINED, SECTIONS, SHARER.with(new Lineage.Coded(CacheCodec.INT8, 5))),
                fused(FusionSettings.TRAINED, SECTIONS, identity("other", TinyPair.receiverConfig(), 5)),
                both(FusionMode.SEQUENTIAL, FUSER, OTHER_FUSER),
                both(FusionMode.PARALLEL, FUSER, OTHER_FUSER),
                both(FusionMode.SEQUENTIAL, OTHER_FUSER, FUSER));

        assertThat(identities.stream().map(CacheIdentity::digest)).doesNotHaveDuplicates();
    }

    @Test
    void theLineageNamesSectionFuserSettingsAndSharer() {
        assertThat(fused(new FusionSettings(Gates.OPEN, 1, Set.of(2, 0)), SECTIONS, SHARER)
                        .lineage()
                        .text())
                .isEqualTo("fused 0 to 5 sequential: fuser %s settings gates-open_scale-1.0_layers-0,2 sharer %s;"
                        .formatted(FUSER, SHARER.digest()));
    }

    @Test
    void whatTheSharerReadsLaterChangesNothing() {
        List<Section> two = List.of(Section.fused(2), Section.unfused(1), Section.fused(2), Section.unfused(1));
        CacheIdentity fused = fused(FusionSettings.TRAINED, two, SHARER);
        CacheIdentity first = fused.first(2);

        assertThat(fused.lineage().steps()).hasSize(2);
        assertThat(first)
                .isEqualTo(FusionLineage.of(
                        RECEIVER.first(2),
                        0,
                        List.of(Section.fused(2)),
                        FusionMode.SEQUENTIAL,
                        List.of(new SharerIdentity(FUSER, FusionSettings.TRAINED, SHARER.first(2)))));
    }

    @Test
    void aSecondTurnAddsToTheLineage() {
        CacheIdentity firstTurn = fused(FusionSettings.TRAINED, SECTIONS, SHARER);
        List<Integer> more = List.of(4, 9, 2);
        CacheIdentity longer =
                new CacheIdentity(firstTurn.origin(), firstTurn.tokens().then(more), firstTurn.lineage());
        CacheIdentity secondTurn = FusionLineage.of(
                longer,
                6,
                List.of(Section.fused(2), Section.unfused(1)),
                FusionMode.SEQUENTIAL,
                List.of(new SharerIdentity(
                        FUSER, FusionSettings.TRAINED, identity("sharer", TinyPair.sharerConfig(), 8))));

        assertThat(secondTurn.lineage().steps().getFirst())
                .isEqualTo(firstTurn.lineage().steps().getFirst());
        assertThat(secondTurn.lineage().extent()).isEqualTo(8);
    }

    private static CacheIdentity fused(FusionSettings settings, List<Section> sections, CacheIdentity sharer) {
        return FusionLineage.of(
                RECEIVER, 0, sections, FusionMode.SEQUENTIAL, List.of(new SharerIdentity(FUSER, settings, sharer)));
    }

    private static CacheIdentity both(FusionMode mode, String... fusers) {
        List<SharerIdentity> sharers = new ArrayList<>();
        for (String fuser : fusers) {
            sharers.add(new SharerIdentity(fuser, FusionSettings.TRAINED, SHARER));
        }
        return FusionLineage.of(RECEIVER, 0, List.of(new Section(5, 3), Section.unfused(1)), mode, sharers);
    }

    private static CacheIdentity identity(String name, ModelConfig config, int length) {
        CacheOrigin origin = new CacheOrigin(
                name,
                new ModelFingerprint("a".repeat(64), "b".repeat(64)),
                "exact",
                ElementType.F32,
                config,
                TenantSalt.NONE);
        return CacheIdentity.plain(
                origin, CachedTokens.of(IntStream.range(3, 3 + length).boxed().toList()));
    }
}
