package dev.kvasir.decoder;

import dev.kvasir.model.Tokenizer;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Generates tokens behind prompts: prefill in chunks, then one token a step. Rows of unequal length run together, padded
 * on the left, and give what each would give alone. Holds no state; the calling thread does the work.
 */
public final class Generator {
    private final LoadedModel model;
    private final Tokenizer tokenizer;

    public Generator(LoadedModel model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /**
     * Generates behind one prompt.
     *
     * @throws PromptTooLongException if the prompt is longer than the model's context
     * @throws NonFiniteException if the model computes NaN or infinity
     */
    public Generation generate(GenerationRequest request, GenerationListener listener) {
        return generateAll(List.of(request), listener).getFirst();
    }

    /** Runs the requests together, one row each; the results are in their order. */
    public List<Generation> generateAll(List<GenerationRequest> requests, GenerationListener listener) {
        requests.forEach(request -> requireFits(request.prompt().size()));
        int longest = requests.stream()
                .mapToInt(request -> request.prompt().size())
                .max()
                .orElseThrow();
        int tokens =
                requests.stream().mapToInt(GenerationRequest::maxTokens).max().orElseThrow();
        int capacity = (int) Math.min(model.config().contextLength(), (long) longest + tokens);
        List<DecodeRow> rows = rows(requests, listener);
        Padding padding =
                Padding.left(requests.stream().map(GenerationRequest::prompt).toList());
        try (KvCache cache = model.newCache(requests.size(), capacity);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = new Prefill(model, listener::cancelled).run(scope, padding.prompts(cache));
            decode(new Started(cache, padding, logits), rows, listener);
        } catch (CancellationException cancelled) {
            rows.forEach(row -> row.finish(FinishReason.CANCELLED));
        }
        return rows.stream().map(DecodeRow::result).toList();
    }

    /**
     * Continues a cache of one row that is already prefilled, fused or not.
     *
     * @param request its prompt is what the cache stands for; it is not run again
     * @param cache receives the tokens generated; its capacity ends the generation
     * @param logits of the last prompt token, {@code [1, 1, vocabulary]}
     */
    public Generation generate(GenerationRequest request, KvCache cache, Tensor logits, GenerationListener listener) {
        return generate(request, new Prefilled(cache, logits, List.of()), listener);
    }

    /** Like {@link #generate(GenerationRequest, KvCache, Tensor, GenerationListener)}, behind a prompt with padding inside. */
    public Generation generate(GenerationRequest request, Prefilled prefilled, GenerationListener listener) {
        List<DecodeRow> rows = rows(List.of(request), listener);
        Padding padding = Padding.inside(prefilled.cache(), prefilled.hidden());
        decode(new Started(prefilled.cache(), padding, prefilled.logits()), rows, listener);
        return rows.getFirst().result();
    }

    /**
     * A prompt of one row that was read.
     *
     * @param logits of the last prompt token, {@code [1, 1, vocabulary]}
     * @param hidden true where the cache holds padding, which nothing may attend to; may end early or be empty
     */
    public record Prefilled(KvCache cache, Tensor logits, List<Boolean> hidden) {
        public Prefilled {
            hidden = List.copyOf(hidden);
        }
    }

    private record Started(KvCache cache, Padding padding, Tensor logits) {}

    private List<DecodeRow> rows(List<GenerationRequest> requests, GenerationListener listener) {
        return IntStream.range(0, requests.size())
                .mapToObj(row -> new DecodeRow(row, requests.get(row), tokenizer, listener))
                .toList();
    }

    private void decode(Started started, List<DecodeRow> rows, GenerationListener listener) {
        KvCache cache = started.cache();
        accept(started.logits(), cache, rows);
        Optional<Speculation> speculation = speculation(started, rows);
        while (rows.stream().anyMatch(row -> !row.finished())) {
            if (listener.cancelled()) {
                rows.forEach(row -> row.finish(FinishReason.CANCELLED));
            } else if (cache.length() == cache.capacity()) {
                rows.forEach(row -> row.finish(FinishReason.CONTEXT_FULL));
            } else if (speculation.isPresent()) {
                speculation.get().next(cache, () -> step(started, rows));
            } else {
                step(started, rows);
            }
        }
    }

    private Optional<Speculation> speculation(Started started, List<DecodeRow> rows) {
        DecodeRow row = rows.getFirst();
        boolean alone = rows.size() == 1 && !started.padding().isAny();
        return alone && Speculation.fits(model, row) ? Optional.of(Speculation.of(model, row)) : Optional.empty();
    }

    private void step(Started started, List<DecodeRow> rows) {
        try (TensorScope scope = TensorScope.root()) {
            List<List<Integer>> ids =
                    rows.stream().map(row -> List.of(row.lastId())).toList();
            Forward forward = started.padding().next(ids, started.cache());
            accept(model.forward(scope, forward), started.cache(), rows);
        }
    }

    /** @param logits {@code [rows, 1, vocabulary]} */
    private void accept(Tensor logits, KvCache cache, List<DecodeRow> rows) {
        TokenChoice choice = TokenChoice.of(logits, rows);
        for (int row = 0; row < rows.size(); row++) {
            if (!rows.get(row).finished() && !choice.give(row, rows.get(row))) {
                throw NonFiniteException.inLogits(model.name(), cache.length() - 1, cache);
            }
        }
    }

    private void requireFits(int tokens) {
        int limit = model.config().contextLength();
        if (tokens > limit) {
            throw PromptTooLongException.forContext(model.name(), tokens, limit);
        }
    }
}
