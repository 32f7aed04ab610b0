package dev.kvasir.agent;

import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.device.ResidentRequest;
import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.inquiry.Inquiry;
import dev.kvasir.inquiry.InquiryRun;
import dev.kvasir.inquiry.Subject;
import dev.kvasir.inquiry.Topic;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyPair;
import dev.kvasir.study.StudyQuestion;
import java.util.List;
import java.util.function.IntConsumer;

/** Looks into models and pairs of this machine, on its devices. Safe for several threads. */
public final class LocalStudies {

    /** Tokens of what a chat template writes around a turn, and of the reply. */
    private static final int AROUND_A_TURN = 160;

    private final LocalModels models;

    LocalStudies(LocalModels models) {
        this.models = models;
    }

    /**
     * Makes the study that an inquiry asks for.
     *
     * @param all the quiz's questions
     * @param progress is told how many questions are done; what it throws ends the study
     * @return what was found, as {@link InquiryRun} tells it
     * @throws AgentException if a model or the fuser is not there, cannot be read, or does not fit
     */
    public List<Object> study(Inquiry inquiry, List<StudyQuestion> all, IntConsumer progress) {
        InquiryRun run = new InquiryRun(inquiry, all, progress);
        int longest = all.stream()
                .mapToInt(question -> question.turn().length())
                .max()
                .orElse(0);
        try {
            return switch (inquiry.subject()) {
                case Subject.Pair pair -> ofPair(run, pair, profile(inquiry), longest);
                case Subject.One one -> ofOne(run, one, inquiry, longest);
            };
        } catch (FuserInvalidException | ModelInvalidException invalid) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(invalid.getMessage()), invalid);
        }
    }

    private List<Object> ofPair(InquiryRun run, Subject.Pair pair, Profile profile, int longest) {
        FuserEntry fuser = models.findFuser(pair.fuser());
        ResidentRequest<LocalModel> sharer = models.request(models.findLocal(pair.sharer()), profile);
        ResidentRequest<LocalModel> receiver = models.request(models.findLocal(pair.receiver()), profile);
        C2cUnit unit = models.unit(new Party(), sharer, receiver, fuser);
        try (Unit held = unit.unit()) {
            held.rooms(List.of(
                    cache(unit.sharer(), longest), cache(unit.sharer(), longest), cache(unit.receiver(), longest)));
            StudyModel sharing = model(unit.sharer());
            StudyModel receiving = model(unit.receiver());
            unit.requireFit();
            return held.guarded(
                    "a study of '" + pair.fuser() + "' was made",
                    () -> run.of(new StudyPair(receiving, sharing, unit.fuser().weights()), sharing));
        }
    }

    private List<Object> ofOne(InquiryRun run, Subject.One one, Inquiry inquiry, int longest) {
        ResidentRequest<LocalModel> request = models.request(models.findLocal(one.model()), profile(inquiry));
        int turns = inquiry.topic() instanceof Topic.Enrichment enrichment ? enrichment.shots() + 1 : 1;
        try (ModelUse use = models.use(new Party(), request)) {
            use.unit().rooms(List.of(cache(use, turns * longest), cache(use, longest), cache(use, longest)));
            return use.guarded(() -> run.of(model(use)));
        }
    }

    /** A turn has no more tokens than characters; a model reads no more than its context. */
    private static Needs.CacheRequest cache(ModelUse use, int characters) {
        return use.cache(Math.min(characters + AROUND_A_TURN, use.get().contextLength()));
    }

    private static StudyModel model(ModelUse use) {
        return new StudyModel(use.get().checkpoint(), use.get().weights());
    }

    private static Profile profile(Inquiry inquiry) {
        return switch (inquiry.profile()) {
            case EXACT -> Profile.EXACT;
            case FAST -> Profile.FAST;
        };
    }
}
