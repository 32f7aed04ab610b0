package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EnrichedPromptTest {

    @Test
    void theQuestionKeepsItsPositionsAndTheExamplesGetLowerOnes() {
        EnrichedPrompt prompt = EnrichedPrompt.of(List.of(1, 5, 6, 7), List.of(1, 8, 9, 5, 6, 7));

        assertThat(prompt.head()).isEqualTo(1);
        assertThat(prompt.shiftedPositions()).containsExactly(-2, -1, 0, 1, 2);
    }

    @Test
    void withoutExamplesNothingIsShifted() {
        EnrichedPrompt prompt = EnrichedPrompt.of(List.of(1, 5, 6), List.of(1, 5, 6));

        assertThat(prompt.head()).isZero();
        assertThat(prompt.shiftedPositions()).containsExactly(0, 1);
    }

    @Test
    void aTemplateThatWritesTheQuestionOtherwiseBehindExamplesIsRefused() {
        assertThatThrownBy(() -> EnrichedPrompt.of(List.of(1, 5, 6, 7), List.of(1, 8, 9, 5, 4, 7)))
                .isInstanceOf(StudyException.class)
                .hasMessage("Behind examples the chat template writes the question in other tokens, so its positions"
                        + " cannot be kept.");
    }
}
