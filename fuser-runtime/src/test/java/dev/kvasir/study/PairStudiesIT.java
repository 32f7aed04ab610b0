package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.EffectiveRank;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionReport;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.PartialFusion.End;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.model.ChatInput;
import dev.kvasir.study.CacheMap.Cloud;
import dev.kvasir.study.CacheMap.Origin;
import dev.kvasir.study.CurvePoint.Along;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The studies of a pair, each held against another way to the same number. */
class PairStudiesIT {

    @TempDir
    private static Path home;

    private static PocketStudy pocket;

    @BeforeAll
    static void load() {
        pocket = new PocketStudy(home);
    }

    @AfterAll
    static void close() {
        pocket.close();
    }

    @Test
    void theReceiversRankIsThatOfItsOwnCache() {
        String turn = PocketStudy.turns(1).getFirst();
        AlignedPrompt prompt = pocket.pair.aligned(turn);
        List<LayerRanks> ranks = RankStudy.run(pocket.pair, List.of(turn), 1000, _ -> {});

        assertThat(ranks).hasSize(8);
        int start = prompt.sections().getFirst().length();
        int end = start + prompt.sections().get(1).length();
        assertThat(prompt.sections()).extracting(Section::fused).startsWith(false, true);
        try (KvCache cache = pocket.receiver.model().newCache(1, prompt.length());
                TensorScope scope = TensorScope.root()) {
            Forward whole = Forward.of(prompt.receiverIds(), cache)
                    .withMask(List.of(prompt.receiverPads().stream()
                            .map(pad -> pad ? 0 : 1)
                            .toList()));
            new Prefill(pocket.receiver.model(), () -> false).run(scope, whole);
            LayerRanks last = ranks.getLast();
            assertThat(last.layer()).isEqualTo(3);
            assertThat(last.part()).isEqualTo(Part.VALUES);
            assertThat(last.each().receiver())
                    .isCloseTo(EffectiveRank.of(cache.values(scope, 3, start, end)), within(1e-3));
            assertThat(last.tokens()).isEqualTo(end - start);
        }
    }

    @Test
    void thePooledRankOfOnePromptIsThePromptsRank() {
        for (LayerRanks rank : RankStudy.run(pocket.pair, PocketStudy.turns(1), 1000, _ -> {})) {
            assertThat(rank.pooled().fused()).isCloseTo(rank.each().fused(), within(1e-6));
            assertThat(rank.pooled().sharer()).isCloseTo(rank.each().sharer(), within(1e-6));
        }
    }

    @Test
    void morePromptsGoInMoreDirections() {
        List<LayerRanks> ranks = RankStudy.run(pocket.pair, PocketStudy.turns(6), 1000, _ -> {});

        assertThat(ranks).allSatisfy(rank -> {
            assertThat(rank.pooled().receiver()).isGreaterThan(rank.each().receiver());
            assertThat(rank.pooled().receiver()).isLessThanOrEqualTo(48); // 3 heads of 16
        });
    }

    @Test
    void nothingFusedIsTheReceiverAloneAndAllFusedTheFuser() {
        CurvePoint none = new CurvePoint(Along.TOKENS, End.BACK, 0, 0, 1);
        CurvePoint all = new CurvePoint(Along.LAYERS, End.FRONT, 1, 0, 1);
        for (String turn : PocketStudy.turns(12)) {
            AlignedPrompt prompt = pocket.pair.aligned(turn);
            try (SharedCache shared = pocket.pair.shared(prompt)) {
                assertThat(pocket.pair.reply(prompt, shared, CurveStudy.fusing(pocket.pair, prompt, none)))
                        .isEqualTo(alone(turn));
                StudyPair.Fusing whole = CurveStudy.fusing(pocket.pair, prompt, all);
                assertThat(whole.sections()).isEqualTo(prompt.sections());
                assertThat(pocket.pair.reply(prompt, shared, whole))
                        .isEqualTo(pocket.pair.reply(
                                prompt, shared, new StudyPair.Fusing(prompt.sections(), FusionSettings.TRAINED, null)));
            }
        }
    }

    private static String alone(String turn) {
        List<Integer> ids = pocket.receiver.ids(ChatInput.prompt(List.of(ChatInput.message("user", turn))));
        return new Generator(pocket.receiver.model(), pocket.receiver.tokenizer())
                .generate(
                        GenerationRequest.greedy(
                                ids, 24, pocket.receiver.checkpoint().config().endIds()),
                        GenerationListener.NONE)
                .text()
                .strip();
    }

    @Test
    void aCurveRisesFromTheReceiverToTheFuserWhicheverEndIsFusedFirst() {
        List<CurvePoint> points =
                CurveStudy.run(pocket.pair, PocketStudy.questions(16), List.of(0.0, 0.5, 1.0), _ -> {});

        assertThat(points).hasSize(12).allMatch(point -> point.of() == 16);
        assertThat(points.stream().filter(point -> point.share() == 0).map(CurvePoint::right))
                .hasSize(4)
                .containsOnly(points.getFirst().right());
        assertThat(points.stream().filter(point -> point.share() == 1).map(CurvePoint::right))
                .hasSize(4)
                .containsOnly(points.get(2).right());
        assertThat(points.get(2).right()).isGreaterThan(points.getFirst().right() + 5);
    }

    @Test
    void weightsAreThoseThatTheFusionReports() {
        String turn = PocketStudy.turns(1).getFirst();
        List<LayerGates> gates = GateStudy.run(pocket.pair, List.of(turn), FusionSettings.TRAINED, _ -> {});
        FusionReport report = report(turn);

        assertThat(gates).hasSize(8).allMatch(LayerGates::open);
        assertThat(mean(gates, Part.KEYS)).isCloseTo(report.meanKeyWeight(), within(1e-6));
        assertThat(mean(gates, Part.VALUES)).isCloseTo(report.meanValueWeight(), within(1e-6));
        assertThat(gates).allSatisfy(layer -> {
            assertThat(layer.heads()).hasSize(3);
            assertThat(layer.heads()).allSatisfy(head -> {
                assertThat(head.mean()).isBetween(head.least(), head.most());
                assertThat(head.tokens()).isEqualTo(report.fusedPositions());
            });
            assertThat(layer.change()).isPositive();
        });
    }

    private static double mean(List<LayerGates> gates, Part part) {
        return gates.stream()
                .filter(layer -> layer.part() == part)
                .mapToDouble(LayerGates::mean)
                .average()
                .orElseThrow();
    }

    private static FusionReport report(String turn) {
        AlignedPrompt prompt = pocket.pair.aligned(turn);
        try (SharedCache shared = pocket.pair.shared(prompt);
                KvCache cache = pocket.receiver.model().newCache(1, prompt.length());
                TensorScope scope = TensorScope.root()) {
            return new FusedPrefill(
                            pocket.receiver.model(),
                            FusionMode.SEQUENTIAL,
                            List.of(new Sharer(shared, pocket.fuser)),
                            () -> false)
                    .run(scope, FuseRequest.of(prompt), cache)
                    .report();
        }
    }

    @Test
    void shutGatesAddNothing() {
        assertThat(GateStudy.run(pocket.pair, PocketStudy.turns(2), FusionSettings.TRAINED.with(Gates.CLOSED), _ -> {}))
                .allSatisfy(layer -> {
                    assertThat(layer.open()).isFalse();
                    assertThat(layer.change()).isZero();
                    assertThat(layer.mean()).isBetween(0.0, 1.0);
                });
    }

    @Test
    void behindShutGatesTheFusedCacheLiesOnTheReceivers() {
        CacheMap map = new MapStudy(pocket.pair, 2, Part.VALUES, 30)
                .run(PocketStudy.turns(5), FusionSettings.TRAINED.with(Gates.CLOSED), _ -> {});

        assertThat(places(map, Origin.FUSED)).isEqualTo(places(map, Origin.RECEIVER));
        assertThat(cloud(map, Origin.FUSED).away()).isZero();
        assertThat(cloud(map, Origin.FUSED).likeness()).isCloseTo(1.0, within(1e-12));
    }

    @Test
    void aMapHoldsEachCachesTokensAsWideAsTheyAre() {
        CacheMap map =
                new MapStudy(pocket.pair, 0, Part.KEYS, 20).run(PocketStudy.turns(5), FusionSettings.TRAINED, _ -> {});

        assertThat(map.clouds()).extracting(Cloud::tokens).containsOnly(20);
        assertThat(map.clouds()).extracting(Cloud::width).containsExactly(64, 48, 48, 48);
        assertThat(cloud(map, Origin.SHARER).likeness()).isNull();
        assertThat(map.points()).hasSize(80);
        assertThat(map.firstShare()).isBetween(map.secondShare(), 1.0);
        assertThat(cloud(map, Origin.RECEIVER).away()).isZero();
    }

    private static List<List<Double>> places(CacheMap map, Origin origin) {
        return map.points().stream()
                .filter(point -> point.origin() == origin)
                .map(point -> List.of(point.x(), point.y()))
                .toList();
    }

    private static Cloud cloud(CacheMap map, Origin origin) {
        return map.clouds().stream()
                .filter(cloud -> cloud.origin() == origin)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPictureAndATableHoldEveryPoint() {
        CacheMap map =
                new MapStudy(pocket.pair, 0, Part.KEYS, 7).run(PocketStudy.turns(3), FusionSettings.TRAINED, _ -> {});

        assertThat(MapPicture.svg(map).lines().filter(line -> line.contains("r=\"3\"")))
                .hasSize(28);
        assertThat(MapPicture.svg(map)).startsWith("<svg ").endsWith("</svg>\n").contains("keys of layer 0");
        assertThat(MapPicture.csv(map).lines()).hasSize(29).first().isEqualTo("origin,token,x,y");
        assertThat(IntStream.range(0, 7).mapToObj(i -> "sharer," + i + ","))
                .allSatisfy(start -> assertThat(MapPicture.csv(map)).contains("\n" + start));
    }

    @Test
    void aLayerThatTheFuserDoesNotMapHasNoMap() {
        assertThatThrownBy(() -> new MapStudy(pocket.pair, 4, Part.KEYS, 20))
                .isInstanceOf(StudyException.class)
                .hasMessage("The fuser maps the receiver's layers [0, 1, 2, 3], not 4.");
    }
}
