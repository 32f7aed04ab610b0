package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.study.EnrichmentStudy.Layers;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrichmentStudyIT {

    @TempDir
    private static Path home;

    private static PocketStudy pocket;
    private static final List<StudyQuestion> QUESTIONS = PocketStudy.questions(14);

    @BeforeAll
    static void load() {
        pocket = new PocketStudy(home);
    }

    @AfterAll
    static void close() {
        pocket.close();
    }

    @Test
    void withoutExamplesAllWaysAreTheDirectOne() {
        EnrichmentStudy study = new EnrichmentStudy(pocket.sharer, Layers.EACH_ALONE);
        for (StudyQuestion question : QUESTIONS) {
            EnrichmentOutcome outcome = study.ask(question, List.of());
            assertThat(outcome.fewShot()).isEqualTo(outcome.direct());
            assertThat(outcome.enriched()).isEqualTo(outcome.direct());
            assertThat(outcome.layers()).hasSize(4).containsOnly(outcome.direct());
            assertThat(outcome.length()).isEqualTo(outcome.fewShotLength());
        }
    }

    @Test
    void withoutExamplesTheEnrichedCacheIsTheDirectOneToTheLastBit() {
        EnrichmentStudy study = new EnrichmentStudy(pocket.receiver, Layers.ALL_ONLY);
        EnrichedPrompt prompt = study.prompt(QUESTIONS.getFirst(), List.of());
        try (KvCache direct = read(pocket.receiver, prompt.direct());
                KvCache enriched = pocket.receiver.model().newCache(1, 100);
                TensorScope scope = TensorScope.root()) {
            study.enrich(enriched, direct, prompt);

            assertThat(enriched.length()).isEqualTo(direct.length());
            for (int layer = 0; layer < 4; layer++) {
                assertThat(enriched.keys(scope, layer).toFloats())
                        .isEqualTo(direct.keys(scope, layer).toFloats());
                assertThat(enriched.values(scope, layer).toFloats())
                        .isEqualTo(direct.values(scope, layer).toFloats());
            }
        }
    }

    /** Values carry no positions: however the examples are shifted, they must come out as behind examples at 0, 1, 2, ... */
    @Test
    void behindExamplesTheQuestionsValuesAreThoseOfTheWholePrompt() {
        EnrichmentStudy study = new EnrichmentStudy(pocket.sharer, Layers.ALL_ONLY);
        EnrichedPrompt prompt = study.prompt(QUESTIONS.getFirst(), QUESTIONS.subList(1, 5));
        try (KvCache direct = read(pocket.sharer, prompt.direct());
                KvCache whole = read(pocket.sharer, prompt.fewShot());
                KvCache enriched = pocket.sharer.model().newCache(1, 200);
                TensorScope scope = TensorScope.root()) {
            study.enrich(enriched, direct, prompt);

            assertThat(enriched.length()).isEqualTo(direct.length()).isLessThan(whole.length());
            int question = direct.length() - prompt.head();
            float[] kept =
                    enriched.values(scope, 3, prompt.head(), enriched.length()).toFloats();
            float[] expected = whole.values(scope, 3, whole.length() - question, whole.length())
                    .toFloats();
            float[] own =
                    direct.values(scope, 3, prompt.head(), direct.length()).toFloats();
            assertThat(kept).isNotEqualTo(own);
            for (int i = 0; i < kept.length; i++) {
                assertThat(kept[i]).isCloseTo(expected[i], within(2e-4f));
            }
        }
    }

    @Test
    void examplesBeyondTheContextAreRefusedWithBothNumbers() {
        EnrichmentStudy study = new EnrichmentStudy(pocket.receiver, Layers.ALL_ONLY);
        List<StudyQuestion> many = Collections.nCopies(500, QUESTIONS.getFirst());

        assertThatThrownBy(() -> study.ask(QUESTIONS.getLast(), many))
                .isInstanceOf(StudyException.class)
                .hasMessageMatching("Question pocket-014 has \\d+ tokens with 500 examples before it; pocket-receiver"
                        + " reads \\d+\\. Show fewer\\.");
    }

    private static KvCache read(StudyModel model, List<Integer> prompt) {
        KvCache cache = model.model().newCache(1, prompt.size());
        try (TensorScope step = TensorScope.root()) {
            new Prefill(model.model(), () -> false).run(step, Forward.of(prompt.subList(0, prompt.size() - 1), cache));
        }
        return cache;
    }
}
