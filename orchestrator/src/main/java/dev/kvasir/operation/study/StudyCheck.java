package dev.kvasir.operation.study;

import dev.kvasir.inquiry.Inquiry;
import dev.kvasir.inquiry.InquiryFault;
import dev.kvasir.inquiry.InquiryRefusedException;
import dev.kvasir.inquiry.Subject;
import dev.kvasir.inquiry.Topic;
import dev.kvasir.operation.KnownModels;
import dev.kvasir.pool.FuserRecord;
import dev.kvasir.pool.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a study that was sent must fulfil beyond being one: registered models, their fuser, a quiz that is there. */
final class StudyCheck {

    private final Pool pool;
    private final KnownModels models;
    private final StudyQuizzes quizzes;

    StudyCheck(Pool pool, StudyQuizzes quizzes) {
        this.pool = pool;
        this.models = new KnownModels(pool);
        this.quizzes = quizzes;
    }

    /**
     * Reads and checks.
     *
     * @throws InquiryRefusedException naming every fault
     */
    Inquiry checked(String json) {
        Inquiry inquiry = Inquiry.ofJson(json);
        List<InquiryFault> faults = new ArrayList<>();
        switch (inquiry.subject()) {
            case Subject.Pair pair -> {
                model("receiver", pair.receiver(), faults);
                model("sharer", pair.sharer(), faults);
                fuser(pair, faults);
            }
            case Subject.One one ->
                model(inquiry.topic() instanceof Topic.Enrichment ? "model" : "sharer", one.model(), faults);
        }
        quizzes.refusal(inquiry.quiz()).ifPresent(rule -> faults.add(new InquiryFault("/quiz", rule)));
        if (!faults.isEmpty()) {
            throw new InquiryRefusedException(faults);
        }
        return inquiry;
    }

    private void model(String key, String name, List<InquiryFault> faults) {
        models.refusal(key, name).ifPresent(rule -> faults.add(new InquiryFault("/" + key, rule)));
    }

    private void fuser(Subject.Pair pair, List<InquiryFault> faults) {
        Optional<FuserRecord> found = pool.fuser(pair.fuser()).filter(FuserRecord::available);
        if (found.isEmpty()) {
            faults.add(new InquiryFault(
                    "/fuser", "'fuser' names '%s', which is not registered here".formatted(pair.fuser())));
        } else if (!found.get().sharer().model().equals(pair.sharer())
                || !found.get().receiver().model().equals(pair.receiver())) {
            faults.add(new InquiryFault(
                    "/fuser",
                    "'fuser' names '%s', which was trained for %s → %s, not for %s → %s"
                            .formatted(
                                    pair.fuser(),
                                    found.get().sharer().model(),
                                    found.get().receiver().model(),
                                    pair.sharer(),
                                    pair.receiver())));
        }
    }
}
