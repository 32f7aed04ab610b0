package dev.kvasir.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.Registered;
import dev.kvasir.graph.Validation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphTemplateTest {

    @ParameterizedTest
    @EnumSource
    void everyTemplateObeysEveryRuleOnThePocketModels(GraphTemplate template) {
        Validation validation = validate(template, Map.of());

        assertThat(validation.errors()).isEmpty();
        assertThat(validation.acceptedGraph().name()).isEqualTo("mine");
        assertThat(template.agents()).isNotEmpty();
        assertThat(template.title()).isNotBlank();
        assertThat(template.purpose()).endsWith(".").doesNotContain("  ");
        assertThat(GraphTemplate.of(template.id())).contains(template);
    }

    @ParameterizedTest
    @EnumSource(names = {"DRAFT_AND_JUDGE", "APPROVED_REPLY"})
    void textRunsOnTheEchoToo(GraphTemplate template) {
        Map<String, String> echoes = Map.of("writer", "echo", "judge", "echo");

        assertThat(validate(template, echoes).problems()).isEmpty();
    }

    @Test
    void aJudgeIsAskedWhetherTheWriterGoesOn() {
        assertThat(validate(GraphTemplate.DRAFT_AND_JUDGE, Map.of())
                        .acceptedGraph()
                        .loops()
                        .all())
                .singleElement()
                .satisfies(loop -> assertThat(loop.body())
                        .extracting("value")
                        .containsExactlyInAnyOrder("writer", "judge", "choice"));
    }

    private static Validation validate(GraphTemplate template, Map<String, String> models) {
        return new GraphValidator(Registered.pocket())
                .validate(GraphDocument.parse(template.document("mine", models, model -> 30)));
    }
}
