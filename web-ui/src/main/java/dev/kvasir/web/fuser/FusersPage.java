package dev.kvasir.web.fuser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fusers and their trainings.
 *
 * @param isBusy whether a training goes on, so that the page looks again
 * @param form what a training can be started with; null for those who may not
 * @param refusals why the last one was not started
 */
public record FusersPage(
        List<FuserRow> fusers,
        List<TrainingRow> trainings,
        boolean isBusy,
        @Nullable Form form,
        List<String> refusals) {

    public FusersPage {
        fusers = List.copyOf(fusers);
        trainings = List.copyOf(trainings);
        refusals = List.copyOf(refusals);
    }

    /**
     * The form as it is shown.
     *
     * @param models that can be either end
     * @param values as they were sent, or what is usual
     */
    public record Form(List<String> models, Values values) {
        public Form {
            models = List.copyOf(models);
        }
    }

    /** What was filled in. */
    public record Values(
            String sharer,
            String receiver,
            String fuser,
            String file,
            String epochs,
            String batch,
            String hidden,
            String learningRate) {

        /** What is usual for a short run. */
        private static final Values USUAL = new Values("", "", "", "chats.jsonl", "1", "8", "128", "0.001");

        /** What is usual, for the first two of some models. */
        public static Values usual(List<String> models) {
            return USUAL.between(models.isEmpty() ? "" : models.getFirst(), models.size() < 2 ? "" : models.get(1));
        }

        private Values between(String first, String second) {
            return new Values(first, second, fuser, file, epochs, batch, hidden, learningRate);
        }
    }
}
