package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.LogLikelihood;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.quiz.ArmAnswer;
import dev.kvasir.quiz.Question;
import java.util.ArrayList;
import java.util.List;

/**
 * How probable a model finds each answer to a question, as natural logarithms; the end of the reply counts for nothing.
 *
 * @param answer the right option's place, from 0
 * @param letters of the options' letters, {@code A} for the first; empty if the model did not see them
 * @param texts of the options' texts
 * @param textMeans the same for each token
 */
record QuizScore(String id, int answer, List<Double> letters, List<Double> texts, List<Double> textMeans) {

    QuizScore {
        letters = List.copyOf(letters);
        texts = List.copyOf(texts);
        textMeans = List.copyOf(textMeans);
    }

    /** How a model is asked. */
    enum Asking {
        /** The options stand below the question, each behind its letter. */
        OPTIONS_SHOWN,
        /** The question alone. */
        OPTIONS_HIDDEN
    }

    /**
     * Asks a model.
     *
     * @param cue how the reply begins, the same for all answers; empty for nothing
     */
    static QuizScore of(Question item, Asking asking, String cue, LoadedModel model, Checkpoint checkpoint) {
        boolean shown = asking == Asking.OPTIONS_SHOWN;
        String gap = cue.isEmpty() ? "" : " ";
        List<List<Integer>> replies = new ArrayList<>();
        for (int i = 0; shown && i < item.options().size(); i++) {
            replies.add(Pieces.continuationIds(checkpoint, gap + Question.letter(i)));
        }
        int letters = replies.size();
        for (String option : item.options()) {
            replies.add(Pieces.continuationIds(checkpoint, gap + option));
        }
        String turn = shown ? item.withOptions() : item.text();
        List<Integer> context = new ArrayList<>(Pieces.chatIds(checkpoint, turn));
        context.addAll(Pieces.continuationIds(checkpoint, cue));
        List<LogLikelihood> scores = LogLikelihood.of(model, context, replies);
        List<LogLikelihood> texts = scores.subList(letters, scores.size());
        return new QuizScore(
                item.id(),
                item.answer(),
                scores.subList(0, letters).stream().map(LogLikelihood::sum).toList(),
                texts.stream().map(LogLikelihood::sum).toList(),
                texts.stream().map(LogLikelihood::mean).toList());
    }

    /** The place of the best score, the first of equal ones. */
    static int best(List<Double> scores) {
        return ArmAnswer.best(scores);
    }
}
