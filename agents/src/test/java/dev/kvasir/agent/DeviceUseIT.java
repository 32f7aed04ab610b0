package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kvasir.device.Booking;
import dev.kvasir.device.DevicePool;
import dev.kvasir.device.DeviceSlot;
import dev.kvasir.device.Devices;
import dev.kvasir.device.Holding;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.device.PoolSettings;
import dev.kvasir.device.PoolSnapshot;
import dev.kvasir.device.ResidentRequest;
import dev.kvasir.device.ResidentSnapshot;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the pocket pair takes of a device, and what it gives back. */
@Timeout(120)
class DeviceUseIT {

    private static final long ROOM = 1L << 30;
    private static final List<Message> MESSAGES = List.of(Message.user("Tell about a kelgat."));
    private static final GenerationOptions OPTIONS = GenerationOptions.GREEDY.withMaxTokens(12);

    /** So many tokens that two units' caches count beside their weights. */
    private static final int LONG_REPLY = 440;

    private static final Tenant TENANT = new Tenant("anna");

    @TempDir
    private static Path home;

    private static PocketCatalog catalog;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void install() {
        catalog = PocketCatalog.installed(home);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void sharerReceiverAndFuserAreTakenTogetherAndAllIsGivenBack() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.share(share(), ReplyListener.SILENT);
            PoolSnapshot shared = snapshot(devices);
            assertThat(shared.residents())
                    .extracting(ResidentSnapshot::name)
                    .containsExactly(PocketPair.FUSER, PocketPair.SHARER, PocketPair.RECEIVER);
            assertThat(shared.residents()).extracting(ResidentSnapshot::users).containsOnly(1);
            assertThat(shared.workspace()).isPositive();

            AgentReply reply = session.reply(entry(PocketPair.RECEIVER), fused(), ReplyListener.SILENT);

            PoolSnapshot fused = snapshot(devices);
            assertThat(reply.fusion().fusedPositions()).isPositive();
            assertThat(fused.residents()).extracting(ResidentSnapshot::users).containsOnly(1);
            assertThat(fused.caches())
                    .as("the receiver's cache is gone, the sharer's stays")
                    .isBetween(1L, shared.caches() - 1);
            assertThat(fused.parties()).isEqualTo(1);
        }
        requireNothingHeld(devices);
    }

    @Test
    void theReceiversCacheIsBookedBeforeTheSharerReads() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.share(share(), ReplyListener.SILENT);
            long shared = snapshot(devices).caches();
            List<Long> whileAnswering = new ArrayList<>();

            session.reply(
                    entry(PocketPair.RECEIVER),
                    fused(),
                    listener(() -> whileAnswering.add(snapshot(devices).caches())));

            assertThat(whileAnswering).isNotEmpty().containsOnly(shared);
        }
    }

    @Test
    void aSecondSharerOfOneReplyBooksItsOwnCacheOnly() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.share(share("first"), ReplyListener.SILENT);
            long one = snapshot(devices).caches();
            session.share(share("second"), ReplyListener.SILENT);
            long second = snapshot(devices).caches() - one;

            AgentReply reply =
                    session.reply(entry(PocketPair.RECEIVER), fused(List.of("first", "second")), ReplyListener.SILENT);

            assertThat(reply.text()).isNotEmpty();
            assertThat(second).isPositive();
            assertThat(snapshot(devices).caches()).as("what both sharers read").isEqualTo(2 * second);
        }
        requireNothingHeld(devices);
    }

    @Test
    void aReplyThatIsAskedForAgainHasRoomOfItsOwn() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.share(share(), ReplyListener.SILENT);
            long booked = snapshot(devices).caches();
            String first = session.reply(entry(PocketPair.RECEIVER), fused(), ReplyListener.SILENT)
                    .text();
            List<Long> whileAnswering = new ArrayList<>();

            AgentReply second = session.reply(
                    entry(PocketPair.RECEIVER),
                    fused(),
                    listener(() -> whileAnswering.add(snapshot(devices).caches())));

            assertThat(second.text()).isEqualTo(first);
            assertThat(whileAnswering).isNotEmpty().allMatch(bytes -> bytes > booked / 2 && bytes <= booked);
        }
        requireNothingHeld(devices);
    }

    @Test
    void aNodeThatRunsAgainLetsGoOfWhatItLeftBefore() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.share(share(), ReplyListener.SILENT);

            session.reply(
                    entry(PocketPair.SHARER),
                    new ReplyRequest("sharer", PocketPair.SHARER, MESSAGES, new Intake.None(), OPTIONS, false),
                    ReplyListener.SILENT);

            requireNothingHeld(devices);
        }
    }

    @Test
    void aConversationStaysBookedUntilItsSessionEnds() {
        Devices devices = devices(ROOM);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            session.reply(
                    entry(PocketPair.RECEIVER),
                    new ReplyRequest("a", PocketPair.RECEIVER, MESSAGES, new Intake.None(), OPTIONS, true),
                    ReplyListener.SILENT);
            long kept = snapshot(devices).caches();

            AgentReply reply = session.reply(
                    entry(PocketPair.RECEIVER),
                    new ReplyRequest("b", PocketPair.RECEIVER, MESSAGES, new Intake.Continued("a"), OPTIONS, false),
                    ReplyListener.SILENT);

            assertThat(reply.reusedTokens()).isPositive();
            assertThat(kept).isPositive();
            assertThat(snapshot(devices).caches()).isEqualTo(kept);
        }
        requireNothingHeld(devices);
    }

    @Test
    void aStepForWhichLibtorchFindsNoMemoryFailsSoThatItMayBeTriedAgain() {
        Devices devices = devices(ROOM);
        LocalModels models = models(devices);
        try (LocalSession session = new LocalSession(models, TENANT)) {
            ReplyListener greedy = listener(() -> {
                try (TensorScope scope = TensorScope.root()) {
                    scope.empty(ElementType.F32, 1L << 50);
                }
            });

            AgentException fault = catchThrowableOfType(
                    AgentException.class, () -> session.reply(entry(PocketPair.RECEIVER), text(), greedy));

            assertThat(fault.fault()).isEqualTo(AgentFault.OUT_OF_MEMORY);
            assertThat(fault.fault().retryable()).isTrue();
            assertThat(fault)
                    .hasMessageStartingWith(
                            "Device cpu:0 ran out of memory while 'pocket-receiver' was answering, with ")
                    .hasStackTraceContaining("can't allocate memory");
            assertThat(snapshot(devices).limit()).hasValue(1);
            requireNothingHeld(devices);
            assertThat(session.reply(entry(PocketPair.RECEIVER), text(), ReplyListener.SILENT)
                            .text())
                    .isNotEmpty();
        }
    }

    @Test
    void whatCannotFitIsRefusedWithItsNumbers() {
        Devices devices = devices(1 << 20);
        try (LocalSession session = new LocalSession(models(devices), TENANT)) {
            AgentException fault =
                    catchThrowableOfType(AgentException.class, () -> session.share(share(), ReplyListener.SILENT));

            assertThat(fault.fault()).isEqualTo(AgentFault.MODEL_TOO_LARGE);
            assertThat(fault)
                    .hasMessageMatching(
                            "'pocket', 'pocket-sharer' and 'pocket-receiver' need \\d+ MiB, but device cpu:0 has 1"
                                    + " MiB for models. Use a smaller model or a larger device.");
        }
        requireNothingHeld(devices);
    }

    @Test
    void whoWaitsForRoomHoldsNothingMeanwhile() throws Exception {
        Devices devices = devices(ROOM);
        ResidentRequest<LocalModel> request = models(devices).request(entry(PocketPair.RECEIVER), Profile.EXACT);
        try (ExecutorService caller = Executors.newSingleThreadExecutor();
                Unit unit = Unit.take(devices, new Party(), List.of(request))) {
            Holding other = devices.acquire(
                    new Party(),
                    Needs.cache("another's cache", snapshot(devices).free()));
            Future<List<Booking>> waits =
                    caller.submit(() -> unit.rooms(List.of(new Needs.CacheRequest("the KV cache", 1 << 20))));
            await().until(() -> snapshot(devices).waiting() == 1);
            assertThat(snapshot(devices).parties()).as("only the other").isEqualTo(1);
            assertThat(snapshot(devices).residents())
                    .extracting(ResidentSnapshot::users)
                    .containsExactly(0);

            other.close();

            assertThat(waits.get(30, TimeUnit.SECONDS)).hasSize(1);
            assertThat(unit.get(request).name()).isEqualTo(PocketPair.RECEIVER);
        }
        requireNothingHeld(devices);
    }

    @Test
    void manySessionsOnADeviceWithRoomForOneAllComeToAnEndWithTheSameReplies() throws Exception {
        Devices roomy = devices(ROOM);
        String expected = answer(models(roomy));
        String alone = text(models(roomy));
        Devices tight = devices(enoughForOne());
        LocalModels models = models(tight);
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                boolean shares = i % 3 != 0;
                answers.add(callers.submit(() -> shares ? answer(models) : text(models)));
            }
            for (int i = 0; i < 24; i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i % 3 != 0 ? expected : alone);
            }
        }
        requireNothingHeld(tight);
    }

    @Test
    void theEstimateOfWeightsIsWhatTheyTake() {
        for (String name : List.of(PocketPair.SHARER, PocketPair.RECEIVER)) {
            Footprint footprint = LocalModel.footprint(entry(name), Profile.EXACT, TorchDevice.CPU);
            LocalModel model = LocalModel.load(entry(name), Profile.EXACT, 0, TorchDevice.CPU);
            open.add(model);
            assertThat((double) model.bytes()).isBetween(0.9 * footprint.weights(), 1.1 * footprint.weights());
            assertThat(footprint.loading()).isLessThan(2 * footprint.weights());
            assertThat(footprint.workspace()).isPositive();
        }
        FuserEntry fuser = catalog.fuser(PocketPair.FUSER).orElseThrow();
        LocalFuser loaded = LocalFuser.load(fuser, TorchDevice.CPU);
        open.add(loaded);
        assertThat(loaded.bytes()).isEqualTo(LocalFuser.estimatedBytes(fuser));
    }

    /** What a unit takes at its most, and less than two would. */
    private long enoughForOne() {
        Devices roomy = devices(ROOM);
        LocalModels models = models(roomy);
        try (LocalSession session = new LocalSession(models, TENANT)) {
            session.share(share("sharer", LONG_REPLY), ReplyListener.SILENT);
            PoolSnapshot ledger = snapshot(roomy);
            long loading = models.request(entry(PocketPair.SHARER), Profile.EXACT)
                            .loadingBytes()
                    + models.request(entry(PocketPair.RECEIVER), Profile.EXACT).loadingBytes();
            long enough = ledger.booked() + loading;
            assertThat(enough)
                    .as("less than two units take")
                    .isLessThan(ledger.weights() + 2 * (ledger.workspace() + ledger.caches()));
            return enough;
        }
    }

    private static String answer(LocalModels models) {
        try (LocalSession session = new LocalSession(models, TENANT)) {
            session.share(share("sharer", LONG_REPLY), ReplyListener.SILENT);
            return session.reply(entry(PocketPair.RECEIVER), fused(), ReplyListener.SILENT)
                    .text();
        }
    }

    private static String text(LocalModels models) {
        try (LocalSession session = new LocalSession(models, TENANT)) {
            return session.reply(entry(PocketPair.RECEIVER), text(), ReplyListener.SILENT)
                    .text();
        }
    }

    private static ShareRequest share() {
        return share("sharer");
    }

    private static ShareRequest share(String node) {
        return share(node, OPTIONS.maxTokens());
    }

    /** @param maxTokens that the receiver's cache shall have room for */
    private static ShareRequest share(String node, int maxTokens) {
        return new ShareRequest(
                node,
                PocketPair.SHARER,
                PocketPair.RECEIVER,
                "auto",
                MESSAGES,
                Profile.EXACT,
                Profile.EXACT,
                maxTokens,
                FusedSections.MESSAGES,
                Crossing.OPEN);
    }

    private static ReplyRequest fused() {
        return fused(List.of("sharer"));
    }

    private static ReplyRequest fused(List<String> sharers) {
        return new ReplyRequest(
                "receiver", PocketPair.RECEIVER, MESSAGES, new Intake.Fused(sharers, FusionDial.FULL), OPTIONS, false);
    }

    private static ReplyRequest text() {
        return new ReplyRequest("receiver", PocketPair.RECEIVER, MESSAGES, new Intake.None(), OPTIONS, false);
    }

    private static ModelEntry.Local entry(String name) {
        return catalog.local(name);
    }

    private Devices devices(long bytes) {
        Devices devices = new Devices(
                List.of(new DevicePool(new DeviceSlot("cpu:0", bytes), PoolSettings.DEFAULT, Clock.systemUTC())));
        open.add(devices);
        return devices;
    }

    private static LocalModels models(Devices devices) {
        return new LocalModels(catalog, devices, 0, TestNoise::key);
    }

    private static PoolSnapshot snapshot(Devices devices) {
        return devices.snapshot().getFirst();
    }

    private static void requireNothingHeld(Devices devices) {
        PoolSnapshot ledger = snapshot(devices);
        assertThat(ledger.parties()).isZero();
        assertThat(ledger.caches() + ledger.workspace() + ledger.loading()).isZero();
        assertThat(ledger.residents()).allMatch(resident -> resident.users() == 0);
    }

    private static ReplyListener listener(Runnable moved) {
        return new ReplyListener() {
            @Override
            public void text(String delta, int tokens) {}

            @Override
            public void progressed() {
                moved.run();
            }

            @Override
            public boolean isCancelled() {
                return false;
            }
        };
    }
}
