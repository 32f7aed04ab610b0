package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final LoadedModel MODEL = TinyModel.load(Family.QWEN3, ElementType.F32);
    private static final List<Integer> PROMPT = List.of(5, 9, 20);
    private static final SamplingSettings WILD = new SamplingSettings(3, 0, 1, 0, 1);

    private final Generator generator = new Generator(MODEL, NumberedTokens.INSTANCE);

    @AfterAll
    static void closeModel() {
        MODEL.close();
    }

    @Test
    void theSameSeedGivesTheSameTokensAndAnotherSeedOthers() {
        GenerationRequest request = GenerationRequest.greedy(PROMPT, 20, List.of());

        List<Integer> first = run(request.withSampling(WILD, 1)).ids();

        assertThat(run(request.withSampling(WILD, 1)).ids()).isEqualTo(first).hasSize(20);
        assertThat(run(request.withSampling(WILD, 2)).ids()).isNotEqualTo(first);
    }

    @Test
    void sampledRowsRunTogetherGiveWhatTheyGiveAlone() {
        List<GenerationRequest> requests = List.of(
                GenerationRequest.greedy(PROMPT, 9, List.of()).withSampling(WILD, 1),
                GenerationRequest.greedy(List.of(1), 20, List.of()).withSampling(WILD, 2),
                GenerationRequest.greedy(List.of(7, 7, 7, 1, 30, 2, 4), 3, List.of()));

        assertThat(generator.generateAll(requests, GenerationListener.NONE))
                .isEqualTo(requests.stream().map(this::run).toList());
    }

    @Test
    void aStopTokenEndsTheReplyAndIsItsLastIdButNotItsText() {
        List<Integer> free = run(GenerationRequest.greedy(PROMPT, 5, List.of())).ids();

        Generation stopped = run(GenerationRequest.greedy(PROMPT, 5, List.of(31, free.getFirst())));

        assertThat(stopped).isEqualTo(new Generation(List.of(free.getFirst()), "", FinishReason.STOP_TOKEN));
    }

    @Test
    void aStopStringIsNeverShownNotEvenInPart() {
        GenerationRequest request =
                GenerationRequest.greedy(PROMPT, 12, List.of()).withSampling(WILD, 4);
        String free = run(request).text();
        String stop = free.substring(free.length() / 2 - 3, free.length() / 2 + 2);
        List<String> shown = new ArrayList<>();

        Generation stopped = generator.generate(request.withStopStrings(List.of(stop, "never")), collecting(shown));

        assertThat(stopped.reason()).isEqualTo(FinishReason.STOP_STRING);
        assertThat(stopped.text()).isEqualTo(free.substring(0, free.indexOf(stop)));
        assertThat(String.join("", shown)).isEqualTo(stopped.text());
    }

    @Test
    void theTextIsStreamedAsItBecomesCertain() {
        List<String> shown = new ArrayList<>();

        Generation generation = generator.generate(GenerationRequest.greedy(PROMPT, 3, List.of()), collecting(shown));

        assertThat(shown)
                .isEqualTo(generation.ids().stream().map(id -> id + " ").toList());
        assertThat(generation.reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void aCancelledGenerationKeepsWhatItHas() {
        List<Integer> ids = new ArrayList<>();
        Generation generation =
                generator.generate(GenerationRequest.greedy(PROMPT, 50, List.of()), new GenerationListener() {
                    @Override
                    public void token(int row, int id) {
                        ids.add(id);
                    }

                    @Override
                    public boolean cancelled() {
                        return ids.size() == 2;
                    }
                });

        assertThat(generation.reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generation.ids()).isEqualTo(ids).hasSize(2);
    }

    @Test
    void aGenerationCancelledInItsPromptIsEmpty() {
        Generation generation =
                generator.generate(GenerationRequest.greedy(PROMPT, 50, List.of()), new GenerationListener() {
                    @Override
                    public boolean cancelled() {
                        return true;
                    }
                });

        assertThat(generation).isEqualTo(new Generation(List.of(), "", FinishReason.CANCELLED));
    }

    @Test
    void theContextEndsAGeneration() {
        List<Integer> prompt = Collections.nCopies(TinyModel.CONTEXT - 2, 3);

        Generation generation = run(GenerationRequest.greedy(prompt, 50, List.of()));

        assertThat(generation.reason()).isEqualTo(FinishReason.CONTEXT_FULL);
        assertThat(generation.ids()).hasSize(3); // the last is chosen from the last position's logits and never run
    }

    @Test
    void aPromptLongerThanTheContextIsRefusedWithBothNumbers() {
        List<Integer> prompt = Collections.nCopies(TinyModel.CONTEXT + 1, 3);

        assertThatThrownBy(() -> run(GenerationRequest.greedy(prompt, 1, List.of())))
                .isInstanceOf(PromptTooLongException.class)
                .hasMessage("The prompt has 301 tokens, but the model tiny reads at most 300."
                        + " Shorten the prompt or choose a model with a longer context.");
    }

    @Test
    void logitsThatAreNotFiniteNameModelPositionAndLayer() {
        try (KvCache cache = MODEL.newCache(1, 8);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = MODEL.forward(scope, Forward.of(PROMPT, cache));
            Tensor broken = scope.floats(new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0}, 1, 2, 1, 4);
            cache.write(1, 0, broken, broken);

            assertThatThrownBy(() -> generator.generate(
                            GenerationRequest.greedy(PROMPT, 4, List.of()), cache, logits, GenerationListener.NONE))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessage(
                            "The model tiny computed logits that are not finite at position 3; layer 1 is the first whose"
                                    + " KV cache is not finite either. Check the weights, or a fuser that wrote into this cache.");
        }
    }

    @Test
    void aPrefilledCacheIsContinuedWithoutRunningItsPromptAgain() {
        GenerationRequest request = GenerationRequest.greedy(PROMPT, 6, List.of());
        try (KvCache cache = MODEL.newCache(1, 20);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = MODEL.forward(scope, Forward.of(PROMPT, cache));

            assertThat(generator.generate(request, cache, logits, GenerationListener.NONE))
                    .isEqualTo(run(request));
            assertThat(cache.length()).isEqualTo(PROMPT.size() + 5);
        }
    }

    @Test
    void continuationsAreScoredTokenByToken() {
        List<Integer> best = run(GenerationRequest.greedy(PROMPT, 2, List.of())).ids();
        List<LogLikelihood> scores =
                LogLikelihood.of(MODEL, PROMPT, List.of(best, List.of((best.getFirst() + 1) % 32)));

        assertThat(scores.getFirst().greedy()).containsExactly(true, true);
        assertThat(scores.getFirst().mean()).isEqualTo(scores.getFirst().sum() / 2);
        assertThat(scores.getLast().greedy()).containsExactly(false);
        assertThat(scores.getLast().sum()).isLessThan(scores.getFirst().tokens().getFirst());
    }

    private Generation run(GenerationRequest request) {
        return generator.generate(request, GenerationListener.NONE);
    }

    private static GenerationListener collecting(List<String> shown) {
        return new GenerationListener() {
            @Override
            public void text(int row, String delta) {
                shown.add(delta);
            }
        };
    }
}
