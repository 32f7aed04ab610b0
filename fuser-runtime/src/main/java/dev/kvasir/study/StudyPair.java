package dev.kvasir.study;

import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.model.ChatInput;
import dev.kvasir.torch.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A receiver, a sharer and the fuser between them, which the caller closes. For one thread at a time. */
public final class StudyPair {

    private final StudyModel receiver;
    private final StudyModel sharer;
    private final LoadedFuser fuser;
    private final ChatAligner aligner;

    /** @throws StudyException if a model has no chat template */
    public StudyPair(StudyModel receiver, StudyModel sharer, LoadedFuser fuser) {
        this.receiver = receiver;
        this.sharer = sharer;
        this.fuser = fuser;
        this.aligner = ChatAligner.between(
                receiver.tokenizer(), receiver.template(), sharer.tokenizer(), sharer.template(), fuser.description());
    }

    /** The receiver's layers that the fuser maps, in order. */
    List<Integer> mappedLayers() {
        return fuser.description().layers().keySet().stream().sorted().toList();
    }

    AlignedPrompt aligned(String turn) {
        return aligner.prompt(ChatInput.prompt(List.of(ChatInput.message("user", turn))));
    }

    /** The sharer's cache of all that can be fused, which the caller closes. */
    SharedCache shared(AlignedPrompt prompt) {
        return SharedCache.prefill(sharer.model(), prompt, () -> false);
    }

    /**
     * The same after it has crossed, which the caller closes.
     *
     * @param crossing what becomes of it on the way, before it is laid out beside the receiver's tokens
     */
    SharedCache crossed(AlignedPrompt prompt, Consumer<KvCache> crossing) {
        SharedCache shared = SharedCache.prefill(
                sharer.model(), FuseRequest.sharerPrompt(prompt), prompt.sharerLength(), () -> false);
        shared.cross(crossing);
        return shared.beside(prompt);
    }

    /** The receiver's layers that are fused from sharer's layers that pass the test. */
    Set<Integer> layersFrom(IntPredicate sharerLayer) {
        return fuser.description().layers().entrySet().stream()
                .filter(mapped -> sharerLayer.test(mapped.getValue().sharerLayer()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    StudyModel sharer() {
        return sharer;
    }

    /** Reads and fuses a user's turn, looked on. */
    void watch(String turn, FusionSettings settings, FusionWatch watch) {
        AlignedPrompt prompt = aligned(turn);
        try (SharedCache shared = shared(prompt)) {
            fused(prompt, shared, new Fusing(prompt.sections(), settings, watch), _ -> true);
        }
    }

    /** Whether the receiver answers rightly on the fused cache. */
    boolean isRight(StudyQuestion question, AlignedPrompt prompt, SharedCache shared, Fusing fusing) {
        return fused(
                prompt,
                shared,
                fusing,
                read -> Answering.isRight(receiver, question, prompt.receiverIds(), read.prefilled()));
    }

    /** What the receiver replies on the fused cache. */
    String reply(AlignedPrompt prompt, SharedCache shared, Fusing fusing) {
        return fused(prompt, shared, fusing, read -> Answering.reply(receiver, prompt.receiverIds(), read.prefilled()));
    }

    private <T> T fused(AlignedPrompt prompt, SharedCache shared, Fusing fusing, Function<Read, T> then) {
        FuseRequest request = new FuseRequest(FuseRequest.of(prompt).prompt(), fusing.sections());
        try (KvCache cache = receiver.model().newCache(1, prompt.length() + Answering.LONGEST_REPLY);
                TensorScope scope = TensorScope.root()) {
            FusedPrompt fused = new FusedPrefill(
                            receiver.model(),
                            FusionMode.SEQUENTIAL,
                            List.of(new Sharer(shared, fuser, fusing.settings())),
                            () -> false,
                            fusing.watch())
                    .run(scope, request, cache);
            return then.apply(new Read(fused, cache));
        }
    }

    /** Where and how to fuse. */
    record Fusing(
            List<Section> sections,
            FusionSettings settings,
            @Nullable FusionWatch watch) {}

    private record Read(FusedPrompt fused, KvCache cache) {
        Prefilled prefilled() {
            return fused.prefilled(cache);
        }
    }
}
