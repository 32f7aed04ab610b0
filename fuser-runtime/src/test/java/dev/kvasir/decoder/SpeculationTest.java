package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpeculationTest {
    private static final List<Integer> PROMPT = List.of(3, 1, 4, 1, 5, 9, 2, 6, 3, 1, 4);

    @AfterEach
    void switchOnAgain() {
        System.clearProperty("kvasir.speculation");
    }

    @Test
    void whatFollowedTheLastTokensBeforeIsTheDraft() {
        PromptLookup lookup = new PromptLookup();
        lookup.read(List.of(1, 2, 3, 4, 5, 9, 2, 3));

        assertThat(lookup.draft(5)).containsExactly(4, 5, 9, 2, 3);
        assertThat(lookup.draft(2)).containsExactly(4, 5);
        assertThat(lookup.draft(0)).isEmpty();
        lookup.read(List.of(7));
        assertThat(lookup.draft(5)).isEmpty();
    }

    @Test
    void aLongerMatchGoesBeforeALaterOne() {
        PromptLookup lookup = new PromptLookup();
        lookup.read(List.of(1, 2, 3, 10, 8, 2, 3, 20, 1, 2, 3));

        assertThat(lookup.draft(1)).containsExactly(10);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void theTokensAreThoseThatComeWithoutIt(Family family) {
        try (LoadedModel model = TinyModel.load(family, ElementType.F32)) {
            System.setProperty("kvasir.speculation", "off");
            Generation without = generate(model, 120);
            System.clearProperty("kvasir.speculation");

            assertThat(generate(model, 120)).isEqualTo(without);
            assertThat(throughABatch(model, 120)).isEqualTo(without);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QWEN2", "GEMMA3"}) // of the made-up models, those that soon repeat themselves
    void oneStepTakesWhatTheModelWouldHaveSaidAndNoMore(Family family) {
        try (LoadedModel model = TinyModel.load(family, ElementType.F32);
                TensorScope scope = TensorScope.root()) {
            System.setProperty("kvasir.speculation", "off");
            List<Integer> reply = generate(model, 60).ids();
            System.clearProperty("kvasir.speculation");
            List<Integer> known = new ArrayList<>(PROMPT);
            known.addAll(reply.subList(0, 40));
            DecodeRow row = row(known, 20);
            try (KvCache cache = model.newCache(1, known.size() + 20)) {
                Tensor logits = model.forward(scope, Forward.of(known, cache));
                row.accept(BestTokens.of(logits)[0]);
                Speculation speculation = Speculation.of(model, row);

                boolean several = speculation.step(cache);

                assertThat(several).isTrue();
                assertThat(row.ids()).isEqualTo(reply.subList(40, 40 + row.ids().size()));
                assertThat(cache.length()).isEqualTo(known.size() + row.ids().size() - 1);
            }
        }
    }

    @Test
    void neitherTheLastTokenNorTheCachesEndIsOvershot() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32)) {
            for (int tokens = 1; tokens < 30; tokens++) {
                assertThat(generate(model, tokens).ids()).hasSize(tokens);
            }
        }
    }

    @Test
    void whoSamplesOrComputesInHalvesOrFastIsLeftAlone() {
        try (LoadedModel exact = TinyModel.load(Family.LLAMA, ElementType.F32);
                LoadedModel halves = TinyModel.load(Family.LLAMA, ElementType.BF16)) {
            assertThat(Speculation.fits(exact, row(PROMPT, 5))).isTrue();
            assertThat(Speculation.fits(halves, row(PROMPT, 5))).isFalse();
            GenerationRequest sampled =
                    GenerationRequest.greedy(PROMPT, 5, List.of()).withSampling(new SamplingSettings(1, 0, 1, 0, 1), 1);
            DecodeRow row = new DecodeRow(0, sampled, NumberedTokens.INSTANCE, GenerationListener.NONE);
            assertThat(Speculation.fits(exact, row)).isFalse();
        }
    }

    private static Generation generate(LoadedModel model, int tokens) {
        return new Generator(model, NumberedTokens.INSTANCE)
                .generate(GenerationRequest.greedy(PROMPT, tokens, List.of()), GenerationListener.NONE);
    }

    private static Generation throughABatch(LoadedModel model, int tokens) {
        GenerationRequest request = GenerationRequest.greedy(PROMPT, tokens, List.of());
        try (ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 4);
                KvCache cache = model.newCache(1, PROMPT.size() + tokens);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = model.forward(scope, Forward.of(PROMPT, cache));
            return batch.generate(request, new Generator.Prefilled(cache, logits, List.of()), GenerationListener.NONE);
        }
    }

    private static DecodeRow row(List<Integer> prompt, int tokens) {
        return new DecodeRow(
                0,
                GenerationRequest.greedy(prompt, tokens, List.of()),
                NumberedTokens.INSTANCE,
                GenerationListener.NONE);
    }
}
