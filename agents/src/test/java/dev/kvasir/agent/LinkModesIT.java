package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.agent.FusionDial.Gate;
import dev.kvasir.agent.FusionDial.Order;
import dev.kvasir.agent.Intake.Together;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.device.DevicePool;
import dev.kvasir.device.DeviceSlot;
import dev.kvasir.device.Devices;
import dev.kvasir.device.Party;
import dev.kvasir.device.PoolSettings;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.tool.ToolCall;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What each way of taking caches over does to the pocket pair's replies, and what each dial changes in it. */
class LinkModesIT {

    private static final List<Message> NOTES = List.of(Message.user("A wexkus holds a bralt. Tell about a wexkus."));
    private static final List<Message> QUESTION = List.of(Message.user("What does a kelgat hold?"));
    private static final Message AGAIN = Message.user("And a wexkus?");
    private static final int TOKENS = 20;

    @TempDir
    private static Path home;

    private static PocketCatalog catalog;

    private final Devices devices = devices();
    private LocalModels models;
    private LocalSession session;

    @BeforeAll
    static void install() {
        catalog = PocketCatalog.installed(home);
    }

    @BeforeEach
    void open() {
        models = new LocalModels(catalog, devices, 0, TestNoise::key);
        session = new LocalSession(models, new Tenant("anna"));
    }

    @AfterEach
    void unload() {
        session.close();
        assertThat(devices.snapshot().getFirst().caches()).isZero();
        models.close();
    }

    @ParameterizedTest
    @EnumSource
    void allLayersInFrontAnswerAsOneTextOfBoth(Profile profile) {
        ShareReply shared = session.prefix(prefix(new LayerChoice.Share(1), profile), ReplyListener.SILENT);
        AgentReply reply = prefixed(profile);

        assertThat(shared.layers()).isEqualTo(layers());
        assertThat(reply.reusedTokens()).isEqualTo(shared.promptTokens()).isPositive();
        assertThat(reply.promptTokens()).isGreaterThan(reply.reusedTokens());
        assertThat(reply.fusion().cacheBytes()).isEqualTo(shared.cacheBytes()).isPositive();
        if (profile == Profile.EXACT) {
            assertThat(reply.text()).isEqualTo(oneText());
        }
    }

    @Test
    void fewerLayersWeighLessAndNoneLeaveTheReceiverAlone() {
        ShareReply all = session.prefix(prefix(new LayerChoice.Share(1), Profile.EXACT), ReplyListener.SILENT);
        ShareReply one = session.prefix(listed(1), ReplyListener.SILENT);
        AgentReply withOne = prefixed(Profile.EXACT);
        ShareReply none = session.prefix(listed(), ReplyListener.SILENT);
        AgentReply withNone = prefixed(Profile.EXACT);
        AgentReply again = prefixed(Profile.EXACT);

        assertThat(one.layers()).containsExactly(1);
        assertThat(one.cacheBytes() * layers().size()).isEqualTo(all.cacheBytes());
        assertThat(none.cacheBytes()).isZero();
        assertThat(withOne.text()).isNotEmpty();
        assertThat(again.text()).isEqualTo(withNone.text());
    }

    @Test
    void theLayersAttendedToMostAreTheSameWhateverRanBefore() {
        List<Integer> first = half(session);
        List<Integer> again = half(session);
        List<Integer> elsewhere;
        try (LocalModels others = new LocalModels(catalog, devices(), 0, TestNoise::key);
                LocalSession other = new LocalSession(others, new Tenant("ben"))) {
            elsewhere = half(other);
        }

        assertThat(first).hasSize((layers().size() + 1) / 2).isSubsetOf(layers());
        assertThat(again).isEqualTo(first);
        assertThat(elsewhere).isEqualTo(first);
    }

    @Test
    void layersThatDoNotCrossAreNotTakenAndWhatCrossesIsCounted() {
        ShareReply all = session.prefix(prefix(new LayerChoice.Share(1), Profile.EXACT), ReplyListener.SILENT);
        Crossing crossing = new Crossing(Crossing.Codec.INT8, List.of(1, 2), 0.1, 5, true);
        ShareReply some = session.prefix(prefix(new LayerChoice.Share(1), crossing), ReplyListener.SILENT);

        assertThat(all.wire().layers()).isEqualTo(layers());
        assertThat(all.wire().bytes()).isEqualTo(all.cacheBytes());
        assertThat(all.wire().risk()).isNull();
        assertThat(some.layers()).containsExactly(1, 2).isEqualTo(some.wire().layers());
        assertThat(some.wire().codec()).isEqualTo(Crossing.Codec.INT8);
        assertThat(some.wire().bytes()).isPositive().isLessThan(some.cacheBytes() / 3);
        WireReport.Risk risk = Objects.requireNonNull(some.wire().risk());
        assertThat(risk.tokens()).isBetween(5, some.promptTokens() - 1);
        assertThat(risk.candidates()).isEqualTo(256);
        assertThat(risk.inContext().recovered()).isGreaterThan(risk.alone().recovered());
        assertThat(prefixed(Profile.EXACT).text()).isNotEmpty();
    }

    @Test
    void anInt8WireChangesNoReplyOfTheQuiz() {
        List<String> exact = replies(Crossing.OPEN);

        assertThat(replies(new Crossing(Crossing.Codec.INT8, null, 0, 0, false)))
                .isEqualTo(exact); // as docs/caches.md tells of all 400
        assertThat(replies(new Crossing(Crossing.Codec.F32, null, 10, 0, false)))
                .isNotEqualTo(exact);
    }

    @Test
    void whereNoLayerCrossesTheReceiverAnswersAlone() {
        Crossing none = new Crossing(Crossing.Codec.F32, List.of(), 0, 0, false);
        AgentReply silent = onto(share(none, FusedSections.MESSAGES, Together.SEQUENTIAL, FusionDial.FULL));
        AgentReply alone =
                onto(share(FusedSections.MESSAGES, Together.SEQUENTIAL, FusionDial.FULL.withShare(0, Order.BACK)));

        assertThat(silent.text()).isEqualTo(alone.text());
        assertThat(silent.fusion().gateOpenShare()).isZero();
    }

    @Test
    void aReceiversLayerWhoseSharersLayerStaysIsLeftAlone() {
        Crossing last = new Crossing(Crossing.Codec.F32, List.of(1), 0, 0, false);
        AgentReply crossed = onto(share(last, FusedSections.MESSAGES, Together.SEQUENTIAL, FusionDial.FULL));
        AgentReply dialled = onto(share(
                FusedSections.MESSAGES, Together.SEQUENTIAL, FusionDial.FULL.withLayers(Set.of(1)))); // one to one

        assertThat(crossed.text()).isEqualTo(dialled.text());
        assertThat(crossed.fusion().meanKeyWeight())
                .isEqualTo(dialled.fusion().meanKeyWeight())
                .isPositive();
    }

    @Test
    void noiseIsThatOfItsSeed() {
        double first = noisyWeight(7);

        assertThat(noisyWeight(7)).isEqualTo(first);
        assertThat(noisyWeight(8)).isNotEqualTo(first);
    }

    @Test
    void theRiskOfACacheThatIsFusedIsMeasuredOnWhatCrosses() {
        WireReport.Risk open = risk(new Crossing(Crossing.Codec.F32, null, 0, 3, true));
        WireReport.Risk noisy = risk(new Crossing(Crossing.Codec.F32, List.of(1), 5, 3, true));

        assertThat(open.alone()).isEqualTo(new WireReport.Read(open.tokens(), 0));
        assertThat(open.inContext().recovered()).isEqualTo(open.tokens());
        assertThat(noisy.inContext().recovered()).isLessThan(open.tokens());
        assertThat(noisy.tokens()).isEqualTo(open.tokens());
    }

    @Test
    void anotherArchitectureIsRefusedWithTheDifference() {
        PrefixRequest apart = new PrefixRequest(
                "coder",
                PocketPair.SHARER,
                NOTES,
                new LayerChoice.Share(0.5),
                Profile.EXACT,
                Crossing.OPEN,
                new Receiver(PocketPair.RECEIVER, QUESTION, Profile.EXACT, TOKENS));

        assertThatThrownBy(() -> session.prefix(apart, ReplyListener.SILENT))
                .isInstanceOfSatisfying(
                        AgentException.class, fault -> assertThat(fault.fault()).isEqualTo(AgentFault.FUSER_MISMATCH))
                .hasMessageStartingWith("The cache of pocket-sharer cannot stand before that of pocket-receiver: ")
                .hasMessageEndingWith(" Take models of one architecture, or TEXT.");
        assertThatThrownBy(() -> session.prefix(listed(99), ReplyListener.SILENT))
                .hasMessageContaining("there is no layer 99");
    }

    @Test
    void aReplyBehindAPrefixCanBeContinued() {
        session.prefix(listed(0, 1), ReplyListener.SILENT);
        AgentReply first = session.reply(
                catalog.local(PocketPair.RECEIVER),
                request("writer", QUESTION, new Intake.Prefixed("coder"), Profile.EXACT, true),
                ReplyListener.SILENT);
        AgentReply second = session.reply(
                catalog.local(PocketPair.RECEIVER),
                request(
                        "critic",
                        List.of(Message.user("And a wexkus?")),
                        new Intake.Continued("writer"),
                        Profile.EXACT,
                        false),
                ReplyListener.SILENT);

        assertThat(second.reusedTokens()).isGreaterThanOrEqualTo(first.promptTokens());
        assertThat(second.text()).isNotEmpty();
    }

    @Test
    void aFusedReplyCanBeContinuedAndIsReadAsItWasFused() {
        AgentReply first = keptReply(FusionDial.FULL);
        AgentReply second = continued();
        AgentReply firstAlone = keptReply(FusionDial.FULL.withGate(Gate.CLOSED));
        AgentReply secondAlone = continued();

        assertThat(second.reusedTokens())
                .isGreaterThanOrEqualTo(first.promptTokens())
                .isLessThan(second.promptTokens());
        assertThat(first.text())
                .isEqualTo(fused(Together.SEQUENTIAL, FusionDial.FULL).text());
        assertThat(secondAlone.text())
                .isEqualTo(reply(
                                "critic",
                                List.of(QUESTION.getFirst(), Message.assistant(firstAlone.text()), AGAIN),
                                new Intake.None(),
                                false)
                        .text());
    }

    @Test
    void whatToolsReturnedIsReadBehindTheCacheOfTheirCallsRoundAfterRound() {
        ToolCall call = new ToolCall("call_1", "look", "{}");
        Message one = Message.tool(call, "A wexkus.");
        Message other = Message.tool(call, "Two.");
        AgentReply first = reply("writer", QUESTION, new Intake.None(), true);
        AgentReply second = reply("writer", List.of(one), new Intake.Continued("writer"), true);
        AgentReply third = reply("writer", List.of(other), new Intake.Continued("writer"), false);

        List<Message> anew = List.of(QUESTION.getFirst(), Message.assistant(first.text()), one);
        assertThat(second.text())
                .isEqualTo(reply("critic", anew, new Intake.None(), false).text());
        List<Message> longer = new ArrayList<>(anew);
        longer.addAll(List.of(Message.assistant(second.text()), other));
        assertThat(third.text())
                .isEqualTo(reply("critic", longer, new Intake.None(), false).text());
        assertThat(second.reusedTokens()).isGreaterThanOrEqualTo(first.promptTokens());
        assertThat(third.reusedTokens()).isGreaterThanOrEqualTo(second.promptTokens());
    }

    private AgentReply keptReply(FusionDial dial) {
        Intake intake = share(FusedSections.MESSAGES, Together.SEQUENTIAL, dial);
        return reply("writer", QUESTION, intake, true);
    }

    private AgentReply continued() {
        return reply("critic", List.of(AGAIN), new Intake.Continued("writer"), false);
    }

    @Test
    void aClosedGateOfOneSharerIsThatSharerLeftOut() {
        FusionDial half = FusionDial.FULL.withWeightScale(0.5);
        for (Together together : Together.values()) {
            FusionReport both =
                    fused(together, half, FusionDial.FULL.withGate(Gate.CLOSED)).fusion();
            AgentReply one = fused(together, half);
            AgentReply closed = fused(together, half, FusionDial.FULL.withGate(Gate.CLOSED));
            AgentReply noLayers = fused(together, half, FusionDial.FULL.withLayers(Set.of()));
            AgentReply noShare = fused(together, half, FusionDial.FULL.withShare(0, Order.BACK));

            assertThat(both.gateOpenShare()).isLessThan(one.fusion().gateOpenShare());
            for (AgentReply other : List.of(closed, noLayers, noShare)) {
                assertThat(other.text()).isEqualTo(one.text());
                assertThat(other.fusion().meanKeyWeight())
                        .isEqualTo(one.fusion().meanKeyWeight());
            }
        }
    }

    @Test
    void eachSharersDialIsItsOwn() {
        FusionDial full = FusionDial.FULL;
        AgentReply reply = fused(
                Together.SEQUENTIAL,
                full.withGate(Gate.OPEN),
                full.withGate(Gate.CLOSED),
                full.withShare(0.5, Order.FRONT));
        List<SharerFusion> parts = reply.fusion().sharers();

        assertThat(parts.get(0).gateOpenShare()).isEqualTo(1);
        assertThat(parts.get(1).gateOpenShare()).isZero();
        assertThat(parts.get(2).gateOpenShare()).isPositive();
        assertThat(reply.fusion().fusedPositions())
                .isEqualTo(fused(Together.SEQUENTIAL, full).fusion().fusedPositions());
    }

    @Test
    void inParallelTheOrderOfSharersDoesNotCountButOneAfterTheOtherItDoes() {
        FusionDial one = FusionDial.FULL.withGate(Gate.OPEN).withWeightScale(2);
        FusionDial other = FusionDial.FULL.withShare(0.5, Order.FRONT);

        FusionReport parallel = fused(Together.PARALLEL, one, other).fusion();
        FusionReport swapped = fused(Together.PARALLEL, other, one).fusion();
        FusionReport sequential = fused(Together.SEQUENTIAL, one, other).fusion();
        FusionReport turned = fused(Together.SEQUENTIAL, other, one).fusion();

        assertThat(weights(swapped, 1, 0)).isEqualTo(weights(parallel, 0, 1));
        assertThat(weights(turned, 1, 0)).isNotEqualTo(weights(sequential, 0, 1));
        assertThat(fused(Together.PARALLEL, other, one).text())
                .isEqualTo(fused(Together.PARALLEL, one, other).text());
    }

    @Test
    void frontAndBackFuseAsManyPositionsButOthers() {
        AgentReply front = fused(Together.SEQUENTIAL, FusionDial.FULL.withShare(0.5, Order.FRONT));
        AgentReply back = fused(Together.SEQUENTIAL, FusionDial.FULL.withShare(0.5, Order.BACK));

        assertThat(front.fusion().fusedPositions())
                .isEqualTo(back.fusion().fusedPositions())
                .isEqualTo(fused(Together.SEQUENTIAL, FusionDial.FULL).fusion().fusedPositions() / 2);
        assertThat(front.fusion().meanKeyWeight()).isNotEqualTo(back.fusion().meanKeyWeight());
    }

    @Test
    void aShareOfTheLayersFusesAsTheListOfTheseLayersDoes() {
        FusionReport upper = layers(FusionDial.FULL.withLayerShare(0.5, Order.BACK));
        FusionReport lower = layers(FusionDial.FULL.withLayerShare(0.5, Order.FRONT));

        assertThat(weights(upper, 0)).isEqualTo(weights(layers(FusionDial.FULL.withLayers(Set.of(2, 3))), 0));
        assertThat(weights(lower, 0)).isEqualTo(weights(layers(FusionDial.FULL.withLayers(Set.of(0, 1))), 0));
        assertThat(weights(lower, 0)).isNotEqualTo(weights(upper, 0));
        assertThat(layers(FusionDial.FULL.withLayerShare(0.2, Order.BACK)).gateOpenShare())
                .isZero();
    }

    private FusionReport layers(FusionDial dial) {
        return fused(Together.SEQUENTIAL, dial).fusion();
    }

    @Test
    void allSectionsFuseEverythingButTheLastToken() {
        AgentReply messages = fused(Together.SEQUENTIAL, FusionDial.FULL);
        AgentReply all = fused(FusedSections.ALL, Together.SEQUENTIAL, FusionDial.FULL);

        assertThat(all.promptTokens()).isEqualTo(messages.promptTokens());
        assertThat(all.fusion().fusedPositions())
                .isEqualTo(all.promptTokens() - 1)
                .isGreaterThan(messages.fusion().fusedPositions());
    }

    private static Devices devices() {
        return new Devices(
                List.of(new DevicePool(new DeviceSlot("cpu:0", 1L << 30), PoolSettings.DEFAULT, Clock.systemUTC())));
    }

    private static List<Double> weights(FusionReport report, int... order) {
        return IntStream.of(order)
                .mapToObj(sharer -> report.sharers().get(sharer).meanKeyWeight())
                .toList();
    }

    private AgentReply fused(Together together, FusionDial... dials) {
        return fused(FusedSections.MESSAGES, together, dials);
    }

    /** A reply with a sharer for each dial. */
    private AgentReply fused(FusedSections sections, Together together, FusionDial... dials) {
        return reply("writer", QUESTION, share(sections, together, dials), false);
    }

    private AgentReply reply(String node, List<Message> messages, Intake intake, boolean kept) {
        return session.reply(
                catalog.local(PocketPair.RECEIVER),
                request(node, messages, intake, Profile.EXACT, kept),
                ReplyListener.SILENT);
    }

    private Intake share(FusedSections sections, Together together, FusionDial... dials) {
        return share(Crossing.OPEN, sections, together, dials);
    }

    private Intake share(Crossing crossing, FusedSections sections, Together together, FusionDial... dials) {
        List<Intake.Sharer> sharers = new ArrayList<>();
        for (FusionDial dial : dials) {
            String node = "sharer" + sharers.size();
            session.share(
                    new ShareRequest(
                            node,
                            PocketPair.SHARER,
                            PocketPair.RECEIVER,
                            PocketPair.FUSER,
                            QUESTION,
                            Profile.EXACT,
                            Profile.EXACT,
                            TOKENS,
                            sections,
                            crossing),
                    ReplyListener.SILENT);
            sharers.add(new Intake.Sharer(node, dial));
        }
        return new Intake.Fused(sharers, together);
    }

    private double noisyWeight(long seed) {
        Crossing noisy = new Crossing(Crossing.Codec.F32, null, 0.5, seed, false);
        return onto(share(noisy, FusedSections.MESSAGES, Together.SEQUENTIAL, FusionDial.FULL))
                .fusion()
                .meanKeyWeight();
    }

    private WireReport.Risk risk(Crossing crossing) {
        ShareReply reply = session.share(shared("sharer0", QUESTION, crossing), ReplyListener.SILENT);
        return Objects.requireNonNull(reply.wire().risk());
    }

    /** To the quiz's first questions. */
    private List<String> replies(Crossing crossing) {
        return PocketPair.quiz()
                .lines()
                .limit(30)
                .map(line ->
                        JsonMapper.shared().readTree(line).at("/input/question").asString())
                .map(question -> {
                    List<Message> messages = List.of(Message.user(question));
                    session.share(shared("sharer0", messages, crossing), ReplyListener.SILENT);
                    Intake intake = new Intake.Fused(List.of("sharer0"), FusionDial.FULL);
                    return session.reply(
                                    catalog.local(PocketPair.RECEIVER),
                                    request("writer", messages, intake, Profile.EXACT, false),
                                    ReplyListener.SILENT)
                            .text();
                })
                .toList();
    }

    private static ShareRequest shared(String node, List<Message> messages, Crossing crossing) {
        return new ShareRequest(
                node,
                PocketPair.SHARER,
                PocketPair.RECEIVER,
                PocketPair.FUSER,
                messages,
                Profile.EXACT,
                Profile.EXACT,
                TOKENS,
                FusedSections.MESSAGES,
                crossing);
    }

    private AgentReply prefixed(Profile profile) {
        return session.reply(
                catalog.local(PocketPair.RECEIVER),
                request("writer", QUESTION, new Intake.Prefixed("coder"), profile, false),
                ReplyListener.SILENT);
    }

    private static ReplyRequest request(
            String node, List<Message> messages, Intake intake, Profile profile, boolean kept) {
        return new ReplyRequest(node, PocketPair.RECEIVER, messages, intake, options(profile), kept);
    }

    private static GenerationOptions options(Profile profile) {
        return new GenerationOptions(TOKENS, 0, 1, 0, 0, 1, List.of(), 5, false, profile);
    }

    private AgentReply onto(Intake intake) {
        return session.reply(
                catalog.local(PocketPair.RECEIVER),
                request("writer", QUESTION, intake, Profile.EXACT, false),
                ReplyListener.SILENT);
    }

    private static PrefixRequest listed(Integer... layers) {
        return prefix(new LayerChoice.Listed(List.of(layers)), Profile.EXACT);
    }

    private static PrefixRequest prefix(LayerChoice layers, Profile profile) {
        return new PrefixRequest(
                "coder",
                PocketPair.RECEIVER,
                NOTES,
                layers,
                profile,
                Crossing.OPEN,
                new Receiver(PocketPair.RECEIVER, QUESTION, profile, TOKENS));
    }

    private static PrefixRequest prefix(LayerChoice layers, Crossing crossing) {
        return new PrefixRequest(
                "coder",
                PocketPair.RECEIVER,
                NOTES,
                layers,
                Profile.EXACT,
                crossing,
                new Receiver(PocketPair.RECEIVER, QUESTION, Profile.EXACT, TOKENS));
    }

    private static List<Integer> half(LocalSession session) {
        return session.prefix(prefix(new LayerChoice.Share(0.5), Profile.EXACT), ReplyListener.SILENT)
                .layers();
    }

    private List<Integer> layers() {
        try (ModelUse use = receiver()) {
            return IntStream.range(0, use.get().weights().config().layers())
                    .boxed()
                    .toList();
        }
    }

    private ModelUse receiver() {
        return models.use(new Party(), models.request(catalog.local(PocketPair.RECEIVER), Profile.EXACT));
    }

    /** What the receiver says behind the tokens of both prompts, read as one. */
    private String oneText() {
        try (ModelUse use = receiver()) {
            LocalModel model = use.get();
            List<Integer> both = new ArrayList<>(Prompts.ids(model, NOTES, GenerationOptions.GREEDY));
            both.addAll(Prompts.ids(model, QUESTION, GenerationOptions.GREEDY));
            return new Generator(model.weights(), model.tokenizer())
                    .generate(
                            GenerationRequest.greedy(
                                    both, TOKENS, model.weights().config().endIds()),
                            new GenerationListener() {})
                    .text();
        }
    }
}
