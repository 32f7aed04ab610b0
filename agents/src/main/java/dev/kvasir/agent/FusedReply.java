package dev.kvasir.agent;

import dev.kvasir.decoder.Generation;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.LayerLink;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.fuser.PromptRows;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.fuser.SharerReport;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.wire.WirePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A receiver's answer from its own prompt and the caches that its sharers left. */
final class FusedReply {

    private final LocalTurn turn;
    private final List<KeptCache.Shared> shared;

    FusedReply(LocalTurn turn, List<KeptCache.Shared> shared) {
        this.turn = turn;
        this.shared = shared;
    }

    /** @param keeper takes the conversation over, where the request asks for it to be kept */
    AgentReply make(Intake.Fused how, Consumer<KeptCache.Conversation> keeper) {
        FuseRequest request = request(how);
        CacheRoom room = room(turn.capacity(request.prompt().length()));
        boolean handedOver = false;
        try (TensorScope scope = TensorScope.root()) {
            FusedPrompt fused = new FusedPrefill(
                            turn.model().weights(), mode(how.together()), sharers(how), turn::cancelled)
                    .run(scope, request, room.cache());
            Duration untilFused = turn.watch().lap();
            AlignedPrompt aligned = shared.getFirst().aligned();
            int length = request.prompt().length();
            List<Boolean> hidden = aligned.receiverPads().subList(0, length);
            Generation generation = turn.decode(new LocalTurn.Prefilled(
                    room.cache(), fused.logits(), aligned.receiverIds().subList(0, length), hidden));
            AgentReply reply = reply(generation, fused.report(), untilFused, length);
            if (turn.request().cacheKept()) {
                keeper.accept(kept(room, generation, hidden));
                handedOver = true;
            }
            return reply;
        } finally {
            if (!handedOver) {
                room.close();
            }
        }
    }

    /** The conversation with the reply in it, for whoever continues it. */
    private KeptCache.Conversation kept(CacheRoom room, Generation generation, List<Boolean> hidden) {
        int decoded = room.cache().length() - hidden.size();
        return new KeptCache.Conversation(
                turn.use(),
                room.cache(),
                LocalSession.pending(generation, decoded),
                turn.request().messages(),
                hidden,
                room.booking());
    }

    /** What was booked together with the sharer's, unless it was for another reply. */
    private CacheRoom room(int capacity) {
        long bytes = turn.use().cache(capacity).bytes();
        return shared.stream()
                .map(KeptCache.Shared::receiverRoom)
                .filter(room -> room != null && room.isOpen() && room.bytes() >= bytes)
                .findFirst()
                .map(room -> CacheRoom.open(turn.use(), capacity, room))
                .orElseGet(() -> CacheRoom.open(turn.use(), capacity));
    }

    private AgentReply reply(
            Generation generation, dev.kvasir.fuser.FusionReport report, Duration untilFused, int length) {
        Duration prefill = untilFused
                .minus(report.project())
                .minus(report.fuse())
                .minus(report.copy()); // the rest of that time too
        Timings timings = new Timings(
                turn.load(),
                prefill,
                Duration.ZERO,
                report.project(),
                report.fuse(),
                report.copy(),
                turn.watch().lap(),
                turn.watch().firstToken(),
                turn.watch().total());
        FusionReport fusion = new FusionReport(
                report.cacheBytes(),
                report.fusedPositions(),
                shared.getFirst().aligned().alignedShare(),
                report.gateOpenShare(),
                report.meanKeyWeight(),
                report.meanValueWeight(),
                report.sharers().stream().map(FusedReply::part).toList());
        return new AgentReply(
                generation.text(),
                LocalTurn.reason(generation),
                length,
                generation.ids().size(),
                0,
                timings,
                fusion,
                turn.use().placement());
    }

    private static SharerFusion part(SharerReport sharer) {
        return new SharerFusion(
                sharer.gateOpenShare(),
                sharer.meanKeyWeight(),
                sharer.meanValueWeight(),
                sharer.project(),
                sharer.fuse(),
                sharer.copy());
    }

    private FuseRequest request(Intake.Fused fused) {
        AlignedPrompt first = shared.getFirst().aligned();
        PromptRows prompt = PromptRows.of(first.receiverIds(), first.receiverPads());
        return new FuseRequest(prompt, sections(fused)).withoutTrailingPads();
    }

    /** The prompt's stretches, each fused with every sharer that fuses it. */
    private List<Section> sections(Intake.Fused fused) {
        AlignedPrompt first = shared.getFirst().aligned();
        List<List<Section>> each = new ArrayList<>();
        for (int sharer = 0; sharer < shared.size(); sharer++) {
            AlignedPrompt aligned = shared.get(sharer).aligned();
            if (!aligned.receiverIds().equals(first.receiverIds())
                    || !aligned.receiverPads().equals(first.receiverPads())) {
                throw new AgentException(
                        AgentFault.ALIGNMENT_FAILED,
                        "The sharers of '" + turn.model().name()
                                + "' lay its prompt out differently, so their caches cannot"
                                + " be fused into one. Use sharers with one chat template, or TEXT.");
            }
            FusionDial dial = fused.sharers().get(sharer).dial();
            each.add(share(dial).apply(aligned.sections()));
        }
        return Section.together(each);
    }

    private static PartialFusion share(FusionDial dial) {
        return new PartialFusion(
                dial.share(),
                switch (dial.order()) {
                    case BACK -> PartialFusion.End.BACK;
                    case FRONT -> PartialFusion.End.FRONT;
                });
    }

    private List<Sharer> sharers(Intake.Fused fused) {
        List<Sharer> sharers = new ArrayList<>();
        for (int i = 0; i < shared.size(); i++) {
            KeptCache.Shared cache = shared.get(i);
            sharers.add(new Sharer(
                    cache.cache(),
                    cache.models().fuser().weights(),
                    settings(fused.sharers().get(i).dial(), cache)));
        }
        return sharers;
    }

    private static FusionSettings settings(FusionDial dial, KeptCache.Shared cache) {
        Gates gates = switch (dial.gate()) {
            case TRAINED -> Gates.TRAINED;
            case OPEN -> Gates.OPEN;
            case CLOSED -> Gates.CLOSED;
        };
        return new FusionSettings(gates, dial.weightScale(), layers(dial, cache));
    }

    /** A layer whose sharer's layer did not cross is left as it is. */
    private static Set<Integer> layers(FusionDial dial, KeptCache.Shared cache) {
        WirePolicy policy = Crossover.policy(cache.request().crossing());
        Map<Integer, LayerLink> mapped =
                cache.models().fuser().weights().description().layers();
        Set<Integer> wanted = dial.fused(mapped.keySet());
        return mapped.entrySet().stream()
                .filter(link -> wanted.contains(link.getKey()))
                .filter(link -> policy.lets(link.getValue().sharerLayer()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static FusionMode mode(Intake.Together together) {
        return switch (together) {
            case SEQUENTIAL -> FusionMode.SEQUENTIAL;
            case PARALLEL -> FusionMode.PARALLEL;
        };
    }
}
