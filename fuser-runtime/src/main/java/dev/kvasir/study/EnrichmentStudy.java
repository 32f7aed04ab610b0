package dev.kvasir.study;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.model.ChatInput;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cache can be made better without being made longer: C2C (arXiv:2510.03215), section 3.2 and Table 1.
 *
 * <p>Examples and a question are read, and of the cache only the question's positions are kept. The last token of the prompt runs
 * on what is kept, as it does behind a fused cache.
 */
public final class EnrichmentStudy {

    private final StudyModel model;
    private final Layers layers;

    /** Which layers are enriched, besides all at once. */
    public enum Layers {
        /** None. */
        ALL_ONLY,
        /** Each alone. */
        EACH_ALONE
    }

    public EnrichmentStudy(StudyModel model, Layers layers) {
        this.model = model;
        this.layers = layers;
    }

    /**
     * Asks one question in all ways.
     *
     * @param examples shown as earlier turns
     * @throws StudyException if they do not fit the model's context, or its template does not leave the question's tokens alone
     */
    public EnrichmentOutcome ask(StudyQuestion question, List<StudyQuestion> examples) {
        EnrichedPrompt prompt = prompt(question, examples);
        try (KvCache direct = newCache(prompt.direct());
                KvCache enriched = newCache(prompt.direct());
                KvCache fewShot = newCache(prompt.fewShot())) {
            read(direct, prompt.direct(), List.of());
            enrich(enriched, direct, prompt);
            read(fewShot, prompt.fewShot(), List.of());
            return new EnrichmentOutcome(
                    question.id(),
                    isRight(question, direct, prompt.direct()),
                    isRight(question, fewShot, prompt.fewShot()),
                    isRight(question, enriched, prompt.direct()),
                    layers == Layers.EACH_ALONE ? eachAlone(question, direct, enriched, prompt) : List.of(),
                    prompt.direct().size(),
                    prompt.fewShot().size());
        }
    }

    EnrichedPrompt prompt(StudyQuestion question, List<StudyQuestion> examples) {
        EnrichedPrompt prompt = EnrichedPrompt.of(
                model.ids(conversation(List.of(), question)), model.ids(conversation(examples, question)));
        int limit = model.checkpoint().config().contextLength();
        if (prompt.fewShot().size() + Answering.LONGEST_REPLY > limit) {
            throw new StudyException("Question %s has %d tokens with %d examples before it; %s reads %d. Show fewer."
                    .formatted(
                            question.id(),
                            prompt.fewShot().size(),
                            examples.size(),
                            model.model().name(),
                            limit));
        }
        return prompt;
    }

    private static ChatInput conversation(List<StudyQuestion> examples, StudyQuestion question) {
        List<Map<String, @Nullable Object>> turns = new ArrayList<>();
        for (StudyQuestion example : examples) {
            turns.add(ChatInput.message("user", example.turn()));
            turns.add(ChatInput.message("assistant", example.reply()));
        }
        turns.add(ChatInput.message("user", question.turn()));
        return ChatInput.prompt(turns);
    }

    private KvCache newCache(List<Integer> prompt) {
        return model.model().newCache(1, prompt.size() + Answering.LONGEST_REPLY);
    }

    /** Reads all but the prompt's last token. */
    private void read(KvCache cache, List<Integer> prompt, List<List<Integer>> positions) {
        if (prompt.size() == 1) {
            return;
        }
        try (TensorScope step = TensorScope.root()) {
            Forward forward = Forward.of(prompt.subList(0, prompt.size() - 1), cache);
            new Prefill(model.model(), () -> false).run(step, forward.withPositions(positions));
        }
    }

    /** The direct cache, with keys and values of the question's tokens as they are behind the examples. */
    void enrich(KvCache target, KvCache direct, EnrichedPrompt prompt) {
        target.append(direct, 0, direct.length());
        try (KvCache shifted = newCache(prompt.fewShot())) {
            read(shifted, prompt.fewShot(), List.of(prompt.shiftedPositions()));
            int from = shifted.length() - (direct.length() - prompt.head());
            try (TensorScope step = TensorScope.root()) {
                for (int layer = 0; from < shifted.length() && layer < target.layers(); layer++) {
                    Tensor keys = shifted.keys(step, layer, from, shifted.length());
                    target.write(layer, prompt.head(), keys, shifted.values(step, layer, from, shifted.length()));
                }
            }
        }
    }

    private List<Boolean> eachAlone(StudyQuestion question, KvCache direct, KvCache enriched, EnrichedPrompt prompt) {
        List<Boolean> rights = new ArrayList<>();
        try (KvCache mixed = newCache(prompt.direct())) {
            mixed.append(direct, 0, direct.length());
            for (int layer = 0; layer < mixed.layers(); layer++) {
                copyLayer(layer, enriched, mixed);
                rights.add(isRight(question, mixed, prompt.direct()));
                copyLayer(layer, direct, mixed);
            }
        }
        return rights;
    }

    private static void copyLayer(int layer, KvCache from, KvCache to) {
        try (TensorScope step = TensorScope.root()) {
            to.write(layer, 0, from.keys(step, layer), from.values(step, layer));
        }
    }

    /** Runs the last token and answers; the cache is left as it was. */
    private boolean isRight(StudyQuestion question, KvCache cache, List<Integer> prompt) {
        int read = cache.length();
        try (TensorScope step = TensorScope.root()) {
            Tensor logits = model.model().forward(step, Forward.of(List.of(prompt.getLast()), cache));
            return Answering.isRight(model, question, prompt, new Prefilled(cache, logits, List.of()));
        } finally {
            cache.truncate(read);
        }
    }
}
