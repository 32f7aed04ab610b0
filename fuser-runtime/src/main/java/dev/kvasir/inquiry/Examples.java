package dev.kvasir.inquiry;

import dev.kvasir.study.StudyQuestion;
import java.util.List;

/**
 * Questions with their replies that are shown before another.
 *
 * @param drawn one more than are shown, so that the question that is asked can be left out
 */
public record Examples(List<StudyQuestion> drawn, int shots) {

    public Examples {
        drawn = List.copyOf(drawn);
    }

    /**
     * Draws them.
     *
     * @param seed of the inquiry; examples are not drawn as questions are
     * @throws QuizInvalidException if there are not enough
     */
    public static Examples of(List<StudyQuestion> pool, int shots, long seed) {
        if (pool.size() <= shots) {
            throw new QuizInvalidException(
                    "There are %d questions to draw from; %d examples need one more than are shown."
                            .formatted(pool.size(), shots));
        }
        return new Examples(Draw.of(pool, shots + 1, ~seed), shots);
    }

    /** Those that are shown before a question. */
    public List<StudyQuestion> before(StudyQuestion question) {
        return drawn.stream()
                .filter(example -> !example.text().equals(question.text()))
                .limit(shots)
                .toList();
    }
}
