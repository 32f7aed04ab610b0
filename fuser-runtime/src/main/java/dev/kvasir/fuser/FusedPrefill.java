package dev.kvasir.fuser;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a prompt into a receiver's cache, section by section, fusing its sharers' caches into each section that asks for
 * it before the next one is read. The last section runs on top and is never fused; decoding is the receiver's alone.
 *
 * <pre>{@code
 * try (SharedCache shared = SharedCache.prefill(sharer, sharerPrompt, request.fusibleLength());
 *         KvCache cache = receiver.newCache(1, capacity)) {
 *     FusedPrompt fused = new FusedPrefill(receiver, FusionMode.SEQUENTIAL, List.of(new Sharer(shared, fuser)), cancelled)
 *             .run(scope, request, cache);
 *     ... decode from fused.logits() and cache
 * }
 * }</pre>
 */
public final class FusedPrefill {

    private final LoadedModel receiver;
    private final FusionMode mode;
    private final List<Sharer> sharers;
    private final BooleanSupplier cancelled;
    private final @Nullable FusionWatch watch;

    /**
     * @param sharers in the order of the sections' bits; owned by the caller
     * @param cancelled asked between stretches of the prompt
     */
    public FusedPrefill(LoadedModel receiver, FusionMode mode, List<Sharer> sharers, BooleanSupplier cancelled) {
        this(receiver, mode, sharers, cancelled, null);
    }

    /**
     * Like {@link #FusedPrefill(LoadedModel, FusionMode, List, BooleanSupplier)}, looked on.
     *
     * @param watch sees every call of a layer fuser; null for nobody
     */
    public FusedPrefill(
            LoadedModel receiver,
            FusionMode mode,
            List<Sharer> sharers,
            BooleanSupplier cancelled,
            @Nullable FusionWatch watch) {
        this.receiver = receiver;
        this.mode = mode;
        this.sharers = List.copyOf(sharers);
        this.cancelled = cancelled;
        this.watch = watch;
    }

    /**
     * Reads and fuses what the cache does not hold yet.
     *
     * @param scope owns the logits
     * @param cache the receiver's: empty, or of the conversation so far, fused or not
     * @throws IllegalArgumentException if the sections do not fit prompt, cache or sharers
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @throws NonFiniteFusionException if a fused cache is not finite; the cache is spoilt
     */
    public FusedPrompt run(TensorScope scope, FuseRequest request, KvCache cache) {
        check(request, cache);
        FusionTally tally = new FusionTally(sharers.size());
        Duration prefill = Duration.ZERO;
        List<Section> sections = request.sections();
        try (CacheFuser fuser = new CacheFuser(mode, sharers, tally, watch, cache.device())) {
            for (Section section : sections.subList(0, sections.size() - 1)) {
                int start = cache.length();
                prefill = prefill.plus(read(request.prompt(), start + section.length(), cache));
                if (section.fused()) {
                    fuser.fuse(section, start, cache);
                }
            }
        }
        long start = System.nanoTime();
        PromptRows prompt = request.prompt();
        Tensor logits = new Prefill(receiver, cancelled)
                .run(scope, prompt.forward(cache, prompt.length(), request.lastLogits()));
        return new FusedPrompt(
                logits,
                prompt.hidden(),
                tally.report(bytesRead(sections), prefill.plusNanos(System.nanoTime() - start)));
    }

    private Duration read(PromptRows prompt, int to, KvCache cache) {
        long start = System.nanoTime();
        try (TensorScope step = TensorScope.root()) {
            new Prefill(receiver, cancelled).run(step, prompt.forward(cache, to, 1));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Of each sharer's cache. */
    private List<Long> bytesRead(List<Section> sections) {
        List<Long> read = new ArrayList<>();
        for (int i = 0; i < sharers.size(); i++) {
            SharedCache shared = sharers.get(i).cache();
            long bytes = 0;
            for (Section section : sections.subList(0, sections.size() - 1)) {
                if (section.fuses(i + 1)) {
                    bytes += shared.sharer().cacheBytes(shared.cache().rows(), section.length());
                }
            }
            read.add(bytes);
        }
        return read;
    }

    private void check(FuseRequest request, KvCache cache) {
        int covered = request.sections().stream().mapToInt(Section::length).sum();
        if (covered + cache.length() != request.prompt().length()) {
            throw new IllegalArgumentException(
                    "The sections cover %d tokens behind the %d in the receiver's cache; the prompt has %d"
                            .formatted(covered, cache.length(), request.prompt().length()));
        }
        if (request.sections().getLast().fused()) {
            throw new IllegalArgumentException("The last section is never fused: its tokens run on the fused cache");
        }
        for (Section section : request.sections()) {
            if (section.fused() && section.sharers() >> sharers.size() != 0) {
                throw new IllegalArgumentException("A section asks for sharers %s; there are %d"
                        .formatted(Integer.toBinaryString(section.sharers()), sharers.size()));
            }
        }
        for (Sharer sharer : sharers) {
            check(request, sharer, cache);
        }
    }

    private void check(FuseRequest request, Sharer sharer, KvCache cache) {
        KvCache shared = sharer.cache().cache();
        if (shared.length() < request.fusibleLength() || shared.rows() != cache.rows()) {
            throw new IllegalArgumentException(
                    "The sharer %s has read %d positions of %d rows; the receiver fuses within %d positions of %d rows"
                            .formatted(
                                    sharer.cache().sharer().name(),
                                    shared.length(),
                                    shared.rows(),
                                    request.fusibleLength(),
                                    cache.rows()));
        }
        if (shared.elementType() != cache.elementType()) {
            throw new IllegalArgumentException("The sharer's cache holds %s, the receiver's %s; load both models alike"
                    .formatted(shared.elementType(), cache.elementType()));
        }
        new FuserFit(sharer.fuser().description(), i -> "the fuser", "the fuser")
                .require(receiver.config(), sharer.cache().sharer().config());
    }
}
