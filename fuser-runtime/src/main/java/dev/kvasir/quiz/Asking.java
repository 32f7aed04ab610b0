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
    },
    /** The question alone; the reply is HTML, and chooses the only option whose text it puts into that option's element. */
    PLACEMENT {
        @Override
        public String turn(Question question) {
            return question.text();
        }

        @Override
        public List<String> replies(Question question) {
            return question.options();
        }

        @Override
        public boolean suits(Question question) {
            return question.options().stream()
                    .allMatch(option -> Placement.of(option).isPresent());
        }

        @Override
        public int chosen(Question question, List<Double> scores, String reply) {
            List<Integer> placed = IntStream.range(0, question.options().size())
                    .filter(option -> Placement.of(question.options().get(option))
                            .filter(placement -> placement.in(reply))
                            .isPresent())
                    .boxed()
                    .toList();
            return placed.size() == 1 ? placed.getFirst() : NONE;
        }
    };

    /** No option. */
    public static final int NONE = -1;

    private static final String LETTER_CUE = "\nAnswer with one letter.\nAnswer:";

    /** The user's turn. */
    public abstract String turn(Question question);

    /** In the options' order. */
    public abstract List<String> replies(Question question);

    /** Whether a question can be put so. */
    public boolean suits(Question question) {
        return true;
    }

    /**
     * The place of the option that a model has chosen, or {@link #NONE}: the most probable, where a way says no other.
     *
     * @param scores natural-log probability of each reply, in the options' order
     * @param reply what the model wrote, greedily
     */
    public int chosen(Question question, List<Double> scores, String reply) {
        return ArmAnswer.best(scores);
    }
}
