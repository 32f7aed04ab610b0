package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cache.PrefixStatistics;
import dev.kvasir.device.DevicePool;
import dev.kvasir.device.DeviceSlot;
import dev.kvasir.device.Devices;
import dev.kvasir.device.Party;
import dev.kvasir.device.PoolSettings;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.TorchDevice;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Local models read what prompts begin with alike once, with the pocket pair's weights. */
class PrefixReuseIT {

    private static final long ROOM = 1L << 30;
    private static final long PREFIXES = 1L << 24;
    private static final Tenant ANNA = new Tenant("anna");
    private static final Tenant BEN = new Tenant("ben");
    private static final String PREAMBLE = "What does a kelgat hold? Tell about a wexkus. ".repeat(24);

    @TempDir
    private static Path home;

    private static PocketCatalog catalog;

    private final Devices devices = devices(ROOM);
    private LocalModels models;

    @BeforeAll
    static void install() {
        catalog = PocketCatalog.installed(home);
    }

    @BeforeEach
    void open() {
        models = new LocalModels(catalog, devices, PREFIXES, TestNoise::key);
    }

    @AfterEach
    void unload() {
        models.close();
    }

    @ParameterizedTest
    @EnumSource
    void aWarmReplyIsTheColdOneTokenForToken(Profile profile) {
        GenerationOptions options = sampled(profile);
        for (String question :
                List.of("What does a wexkus hold?", "What does a kelgat hold?", "Tell about a kelgat.")) {
            Ear cold = new Ear();
            AgentReply without = withoutStore(asked(PocketPair.SHARER, question, options), cold);
            reply(ANNA, asked(PocketPair.SHARER, question + " And?", options), new Ear());
            Ear warm = new Ear();
            AgentReply with = reply(ANNA, asked(PocketPair.SHARER, question, options), warm);

            assertThat(with.reusedTokens()).isGreaterThanOrEqualTo(256).isLessThan(with.promptTokens());
            assertThat(without.reusedTokens()).isZero();
            assertThat(with.promptTokens()).isEqualTo(without.promptTokens());
            assertThat(with.generatedTokens())
                    .isEqualTo(without.generatedTokens())
                    .isGreaterThan(1);
            assertThat(warm.heard).isEqualTo(cold.heard);
            assertThat(with.text()).isEqualTo(without.text());
        }
    }

    @Test
    void anotherTenantsEqualPromptReusesNothing() {
        ReplyRequest request = asked(PocketPair.SHARER, "What does a wexkus hold?", sampled(Profile.EXACT));
        reply(ANNA, request, new Ear());

        assertThat(reply(BEN, request, new Ear()).reusedTokens()).isZero();
        assertThat(reply(BEN, request, new Ear()).reusedTokens()).isPositive();
        assertThat(reply(ANNA, request, new Ear()).reusedTokens()).isPositive();
    }

    @Test
    void whatASharerReadForOneTenantIsNotReadForAnother() {
        try (LocalSession anna = new LocalSession(models, ANNA);
                LocalSession ben = new LocalSession(models, BEN)) {
            anna.share(shared(), new Ear());

            assertThat(ben.share(shared(), new Ear()).reusedTokens()).isZero();
            assertThat(anna.share(shared(), new Ear()).reusedTokens()).isPositive();
        }
    }

    @Test
    void whatAWireChangesIsNotWhatIsReadAgain() {
        Crossing noisy = new Crossing(Crossing.Codec.INT4, List.of(1), 5, 1, false);
        try (LocalSession session = new LocalSession(models, ANNA)) {
            session.share(shared(), new Ear());
            String clean = session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear())
                    .text();
            session.share(shared(noisy), new Ear());
            session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear());
            ShareReply again = session.share(shared(), new Ear());

            assertThat(again.reusedTokens()).isPositive();
            assertThat(session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear())
                            .text())
                    .isEqualTo(clean);
        }
    }

    @Test
    void whatIsStoredIsWhatWasReadAndNotWhatCrossed() {
        Crossing noisy = new Crossing(Crossing.Codec.INT4, List.of(1), 5, 1, false);
        String clean = fusedAfter(Crossing.OPEN);

        assertThat(fusedAfter(noisy)).isEqualTo(clean);
    }

    /** The reply over an open wire by models that have filled their store over another. */
    private String fusedAfter(Crossing first) {
        try (LocalModels fresh = new LocalModels(catalog, devices(ROOM), PREFIXES, TestNoise::key);
                LocalSession session = new LocalSession(fresh, ANNA)) {
            session.share(shared(first), new Ear());
            assertThat(session.share(shared(), new Ear()).reusedTokens()).isPositive();
            return session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear())
                    .text();
        }
    }

    @Test
    void anotherProfilesEqualPromptReusesNothing() {
        reply(ANNA, asked(PocketPair.SHARER, "Tell.", sampled(Profile.EXACT)), new Ear());

        assertThat(reply(ANNA, asked(PocketPair.SHARER, "Tell.", sampled(Profile.FAST)), new Ear())
                        .reusedTokens())
                .isZero();
    }

    @Test
    void aFusedReplyLeavesNothingOfItsOwnAndItsSharerIsReadOnce() {
        try (LocalSession session = new LocalSession(models, ANNA)) {
            ShareReply first = session.share(shared(), new Ear());
            AgentReply fused = session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear());
            ShareReply again = session.share(shared(), new Ear());
            AgentReply fusedAgain = session.reply(catalog.local(PocketPair.RECEIVER), fused(), new Ear());

            assertThat(fused.fusion().fusedPositions()).isGreaterThan(128);
            assertThat(prefixes(PocketPair.RECEIVER).blocks()).isZero();
            assertThat(fused.reusedTokens()).isZero();
            assertThat(first.reusedTokens()).isZero();
            assertThat(again.reusedTokens()).isGreaterThanOrEqualTo(256).isLessThan(again.promptTokens());
            assertThat(fusedAgain.text()).isEqualTo(fused.text());
        }
        ReplyRequest alone = asked(PocketPair.RECEIVER, "What does a wexkus hold?", sampled(Profile.EXACT));

        AgentReply unfused = reply(ANNA, alone, new Ear());

        assertThat(unfused.reusedTokens()).isZero();
        assertThat(unfused.text()).isEqualTo(withoutStore(alone, new Ear()).text());
    }

    @Test
    void aConversationThatIsContinuedLeavesOnlyItsFirstPrompt() {
        ReplyRequest first = kept(asked(PocketPair.SHARER, "What does a wexkus hold?", sampled(Profile.EXACT)));
        try (LocalSession session = new LocalSession(models, ANNA)) {
            AgentReply opened = session.reply(catalog.local(PocketPair.SHARER), first, new Ear());
            PrefixStatistics before = prefixes(PocketPair.SHARER);
            AgentReply continued = session.reply(
                    catalog.local(PocketPair.SHARER),
                    new ReplyRequest(
                            "writer",
                            PocketPair.SHARER,
                            List.of(Message.user("What does a kelgat hold?")),
                            new Intake.Continued("coder"),
                            first.options(),
                            false),
                    new Ear());

            assertThat(continued.reusedTokens()).isGreaterThanOrEqualTo(opened.promptTokens());
            assertThat(prefixes(PocketPair.SHARER).bytes()).isEqualTo(before.bytes());
        }
    }

    @Test
    void prefixesAreBookedWithTheirModelAndTakeAnEighthOfWhatItLeavesAtMost() {
        Footprint own = LocalModel.footprint(catalog.local(PocketPair.SHARER), Profile.EXACT, TorchDevice.CPU);
        reply(ANNA, asked(PocketPair.SHARER, "Tell.", sampled(Profile.EXACT)), new Ear());
        assertThat(devices.snapshot().getFirst().weights()).isEqualTo(own.weights() + PREFIXES);
        assertThat(prefixes(PocketPair.SHARER).bytes()).isPositive().isLessThanOrEqualTo(PREFIXES);

        long room = own.weights() + own.loading() + own.workspace() + (PREFIXES >> 1);
        Devices small = devices(room);
        try (LocalModels tight = new LocalModels(catalog, small, PREFIXES, TestNoise::key)) {
            tight.use(new Party(), tight.request(catalog.local(PocketPair.SHARER), Profile.EXACT))
                    .close();
            assertThat(small.snapshot().getFirst().weights()).isEqualTo(own.weights() + (room - own.weights()) / 8);
        }
    }

    private static Devices devices(long bytes) {
        return new Devices(
                List.of(new DevicePool(new DeviceSlot("cpu:0", bytes), PoolSettings.DEFAULT, Clock.systemUTC())));
    }

    private AgentReply reply(Tenant tenant, ReplyRequest request, ReplyListener listener) {
        try (LocalSession session = new LocalSession(models, tenant)) {
            return session.reply(catalog.local(request.model()), request, listener);
        }
    }

    private static AgentReply withoutStore(ReplyRequest request, ReplyListener listener) {
        try (LocalModels none = new LocalModels(catalog, devices(ROOM), 0, TestNoise::key);
                LocalSession session = new LocalSession(none, ANNA)) {
            return session.reply(catalog.local(request.model()), request, listener);
        }
    }

    private PrefixStatistics prefixes(String model) {
        ModelUse use = models.use(new Party(), models.request(catalog.local(model), Profile.EXACT));
        try {
            return use.get().prefixes().statistics();
        } finally {
            use.close();
        }
    }

    private static ReplyRequest asked(String model, String question, GenerationOptions options) {
        return new ReplyRequest(
                "coder", model, List.of(Message.user(PREAMBLE + question)), new Intake.None(), options, false);
    }

    private static ReplyRequest kept(ReplyRequest request) {
        return new ReplyRequest(
                request.node(), request.model(), request.messages(), request.intake(), request.options(), true);
    }

    private static ShareRequest shared() {
        return shared(Crossing.OPEN);
    }

    private static ShareRequest shared(Crossing crossing) {
        return new ShareRequest(
                "coder",
                PocketPair.SHARER,
                PocketPair.RECEIVER,
                PocketPair.FUSER,
                List.of(Message.user(PREAMBLE + "What does a wexkus hold?")),
                Profile.EXACT,
                Profile.EXACT,
                64,
                FusedSections.MESSAGES,
                crossing);
    }

    private static ReplyRequest fused() {
        return new ReplyRequest(
                "writer",
                PocketPair.RECEIVER,
                List.of(Message.user(PREAMBLE + "What does a wexkus hold?")),
                new Intake.Fused(List.of("coder"), FusionDial.FULL),
                sampled(Profile.EXACT),
                false);
    }

    /** Warm, so that the smallest difference in the logits may show. */
    private static GenerationOptions sampled(Profile profile) {
        return new GenerationOptions(24, 1.2, 1, 0, 0, 1, List.of(), 5, false, profile);
    }

    private static final class Ear implements ReplyListener {

        private final List<String> heard = new ArrayList<>();

        @Override
        public void text(String delta, int tokens) {
            heard.add(tokens + " " + delta);
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
