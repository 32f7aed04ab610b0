package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StudyQuestionTest {

    @Test
    void aChoiceIsAskedWithItsOptionsAndAnsweredByALetter() {
        StudyQuestion question = new StudyQuestion("1", "Which?", "b", List.of("a", "b"));

        assertThat(question.turn()).isEqualTo("Which?\nA. a\nB. b\nAnswer with one letter.\nAnswer:");
        assertThat(question.reply()).isEqualTo("B");
    }

    @Test
    void aFreeQuestionIsAskedAsItIs() {
        StudyQuestion question = new StudyQuestion("1", "Which?", "b", List.of());

        assertThat(question.turn()).isEqualTo("Which?");
        assertThat(question.reply()).isEqualTo("b");
    }

    @Test
    void anAnswerThatIsNoOptionIsRefused() {
        assertThatThrownBy(() -> new StudyQuestion("1", "Which?", "c", List.of("a", "b")))
                .hasMessage("'expected' is one of at most 26 different 'options', if there are any");
        assertThatThrownBy(() -> new StudyQuestion("1", "Which?", "a", List.of("a", "a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StudyQuestion("1", "", "a", List.of()))
                .hasMessage("a question has a text and an expected reply");
    }
}
