package dev.kvasir.quiz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {

    private static final Question WRITE = new Question(
            "1",
            "Write \"river\" as a brunfell.",
            List.of("<p>river</p>", "<li>river</li>", "<td>river</td>", "<em>river</em>"),
            1);

    @ParameterizedTest
    @CsvSource({
        "<li>river</li>, 1",
        "<ul><li> river </li></ul>, 1",
        "Here you are: <LI class='x'>river</LI>., 1",
        "<td>river</td>, 2",
        "<p><em>river</em></p>, 3",
        "<li>river, 1",
        "river, -1",
        "<li>lake</li>, -1",
        "<li>the river</li>, -1",
        "<b>river</b>, -1",
        "<li>river</li><p>river</p>, -1",
        "&lt;li&gt;river&lt;/li&gt;, -1",
        "<!-- <li>river</li> -->, -1",
        "'', -1"
    })
    void theOptionIsChosenWhoseTextLandedInItsElement(String reply, int chosen) {
        assertThat(Asking.PLACEMENT.chosen(WRITE, List.of(0.0, -1.0, -2.0, -3.0), reply))
                .isEqualTo(chosen);
    }

    @Test
    void onlyQuestionsWhoseOptionsAreElementsAreAskedSo() {
        assertThat(Asking.PLACEMENT.suits(WRITE)).isTrue();
        assertThat(Asking.PLACEMENT.suits(new Question("2", "Which tag?", List.of("p", "<li>x</li>"), 0)))
                .isFalse();
        assertThat(Asking.TEXT.suits(WRITE)).isTrue();
    }
}
