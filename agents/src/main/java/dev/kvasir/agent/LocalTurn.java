package dev.kvasir.agent;

import dev.kvasir.cache.CachedPrefill;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.decoder.FinishReason;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.decoder.SamplingSettings;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * One reply in the making.
 *
 * @param load time that the model, and room for its cache, took to be there
 */
record LocalTurn(ModelUse use, ReplyRequest request, ReplyListener listener, Stopwatch watch, Duration load) {

    LocalModel model() {
        return use.get();
    }

    LocalTurn withLoad(Duration longer) {
        return new LocalTurn(use, request, listener, watch, longer);
    }

    /** A prompt that was read into a cache. */
    record Prefilled(KvCache cache, Tensor logits, List<Integer> prompt, List<Boolean> hidden) {}

    /**
     * What came of reading.
     *
     * @param logits of the last token
     * @param reused tokens that needed no reading
     */
    record Read(Tensor logits, int reused) {}

    /**
     * Reads tokens behind what the cache holds; into an empty one, only what the model has not read for the tenant before.
     *
     * @param hidden true where the cache holds padding; may end early or be empty
     */
    Read read(TensorScope scope, Tenant tenant, List<Integer> ids, KvCache cache, List<Boolean> hidden) {
        int held = cache.length();
        if (held > 0) {
            Forward forward = Forward.of(ids, cache).withMask(mask(hidden, held + ids.size()));
            return new Read(new Prefill(model().weights(), this::cancelled).run(scope, forward), held);
        }
        CachedPrefill.Result result =
                model().prefill(this::cancelled).run(scope, model().origin(tenant), CachedTokens.of(ids), cache);
        return new Read(result.logits(), result.copied());
    }

    /** Of one row; none if nothing is hidden. */
    private static List<List<Integer>> mask(List<Boolean> hidden, int length) {
        if (!hidden.contains(true)) {
            return List.of();
        }
        return List.of(IntStream.range(0, length)
                .mapToObj(position -> position < hidden.size() && hidden.get(position) ? 0 : 1)
                .toList());
    }

    /** The tokens of the cache that this prompt and reply need, within the model's context. */
    int capacity(int promptTokens) {
        int limit = model().contextLength();
        if (promptTokens >= limit) {
            throw new AgentException(
                    AgentFault.PROMPT_TOO_LONG,
                    "The prompt has %d tokens, but the model %s reads at most %d. Shorten the prompt or choose a model with a longer context."
                            .formatted(promptTokens, model().name(), limit));
        }
        return (int) Math.min(limit, (long) promptTokens + request.options().maxTokens());
    }

    /** Asked before each chunk and token; tells that the step moves. */
    boolean cancelled() {
        listener.progressed();
        return listener.isCancelled();
    }

    Generation decode(Prefilled prefilled) {
        GenerationOptions options = request.options();
        GenerationRequest generation = new GenerationRequest(
                prefilled.prompt(),
                options.maxTokens(),
                new SamplingSettings(
                        options.temperature(),
                        options.topK(),
                        options.topP(),
                        options.minP(),
                        options.repetitionPenalty()),
                options.seed(),
                model().weights().config().endIds(),
                options.stop(),
                request.tools().isEmpty() ? model().grammars().of(options.format()) : null);
        Generation reply = model().decoding()
                .generate(
                        generation,
                        new Generator.Prefilled(prefilled.cache(), prefilled.logits(), prefilled.hidden()),
                        new Ear());
        if (reply.reason() == FinishReason.CANCELLED) {
            throw new CancellationException("The reply was cancelled.");
        }
        return reply;
    }

    static AgentReply.FinishReason reason(Generation generation) {
        return switch (generation.reason()) {
            case STOP_TOKEN, STOP_STRING, COMPLETE -> AgentReply.FinishReason.STOP;
            case LENGTH, CONTEXT_FULL -> AgentReply.FinishReason.LENGTH;
            case CANCELLED -> throw new CancellationException("The reply was cancelled.");
        };
    }

    private final class Ear implements GenerationListener {

        private int tokens;

        @Override
        public void token(int row, int id) {
            watch.token();
            tokens++;
            listener.progressed();
        }

        @Override
        public void text(int row, String delta) {
            listener.text(delta, tokens);
            tokens = 0;
        }

        @Override
        public boolean cancelled() {
            return LocalTurn.this.cancelled();
        }
    }
}
