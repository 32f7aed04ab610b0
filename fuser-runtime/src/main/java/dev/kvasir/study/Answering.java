package dev.kvasir.study;

import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.Generator.Prefilled;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers a question behind a prompt that was read: freely, greedily and to be matched as a whole; or by the option whose letter is
 * the most probable first token.
 */
final class Answering {

    /** Tokens of a free reply, and so the room that a cache needs behind its prompt. */
    static final int LONGEST_REPLY = 24;

    private Answering() {}

    /** @param prompt what the cache stands for; not run again */
    static boolean isRight(StudyModel model, StudyQuestion question, List<Integer> prompt, Prefilled prefilled) {
        return question.isChoice()
                ? chosen(model, question, prefilled).equals(question.expected())
                : reply(model, prompt, prefilled).equals(question.expected());
    }

    static String reply(StudyModel model, List<Integer> prompt, Prefilled prefilled) {
        GenerationRequest greedy = GenerationRequest.greedy(
                prompt, LONGEST_REPLY, model.checkpoint().config().endIds());
        return new Generator(model.model(), model.tokenizer())
                .generate(greedy, prefilled, GenerationListener.NONE)
                .text()
                .strip();
    }

    private static String chosen(StudyModel model, StudyQuestion question, Prefilled prefilled) {
        List<Integer> letters = letters(model, question.options().size());
        double[] logits = prefilled.logits().toDoubles();
        int best = 0;
        for (int i = 1; i < letters.size(); i++) {
            best = logits[letters.get(i)] > logits[letters.get(best)] ? i : best;
        }
        return question.options().get(best);
    }

    private static List<Integer> letters(StudyModel model, int count) {
        List<Integer> letters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            letters.add(
                    model.tokenizer().encodePlain(StudyQuestion.letter(i)).ids().getFirst());
        }
        if (letters.stream().distinct().count() != count) {
            throw new StudyException("Model %s begins several letters with one token; its choice cannot be read."
                    .formatted(model.model().name()));
        }
        return letters;
    }
}
