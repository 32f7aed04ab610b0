package dev.kvasir.quiz;

import java.util.List;
import java.util.stream.IntStream;

/** How a question is put, and between which replies a model chooses. */
public enum Asking {
    /** The options stand below the question; the reply is one's letter. */
    LETTER {
        @Override
        public String turn(Question question) {
            return question.withOptions() + LETTER_CUE;
        }

        @Override
        public List<String> replies(Question question) {
            return IntStream.range(0, question.options().size())
                    .mapToObj(place -> String.valueOf(Question.letter(place)))
                    .toList();
        }
    },
    /** The question alone; the reply is an option's text. */
    TEXT {
        @Override
        public String turn(Question question) {
            return question.text();
        }

        @Override
        public List<String> replies(Question question) {
            return question.options();
        }
    };

    private static final String LETTER_CUE = "\nAnswer with one letter.\nAnswer:";

    /** The user's turn. */
    public abstract String turn(Question question);

    /** In the options' order. */
    public abstract List<String> replies(Question question);
}
