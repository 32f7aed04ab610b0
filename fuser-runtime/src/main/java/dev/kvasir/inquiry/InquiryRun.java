package dev.kvasir.inquiry;

import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.inquiry.Topic.Curve;
import dev.kvasir.inquiry.Topic.Enrichment;
import dev.kvasir.inquiry.Topic.GatesAndWeights;
import dev.kvasir.inquiry.Topic.Inversion;
import dev.kvasir.inquiry.Topic.Ranks;
import dev.kvasir.study.CurveStudy;
import dev.kvasir.study.EnrichmentOutcome;
import dev.kvasir.study.EnrichmentStudy;
import dev.kvasir.study.GateStudy;
import dev.kvasir.study.InversionStudy;
import dev.kvasir.study.MapStudy;
import dev.kvasir.study.PolicyCost;
import dev.kvasir.study.RankStudy;
import dev.kvasir.study.StudyException;
import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyPair;
import dev.kvasir.study.StudyQuestion;
import dev.kvasir.wire.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Makes the study that an inquiry asks for. */
public final class InquiryRun {

    private final Inquiry inquiry;
    private final List<StudyQuestion> all;
    private final List<StudyQuestion> asked;
    private final IntConsumer progress;

    /**
     * Of a quiz.
     *
     * @param all the quiz's questions
     * @param progress is told how many questions are done; what it throws ends the study
     */
    public InquiryRun(Inquiry inquiry, List<StudyQuestion> all, IntConsumer progress) {
        this.inquiry = inquiry;
        this.all = List.copyOf(all);
        this.asked = inquiry.asked(this.all);
        this.progress = progress;
    }

    /** How many questions are asked. */
    public int questions() {
        return asked.size();
    }

    /**
     * Of a pair, which the caller closes.
     *
     * @param sharer the pair's
     * @return what was found, a record each: {@code LayerRanks}, {@link CurveRow}, {@code LayerGates}, {@code CacheMap} or
     *     {@link InversionRow}
     * @throws StudyException if the topic is none of a pair, or asks for layers that are not there
     */
    public List<Object> of(StudyPair pair, StudyModel sharer) {
        return switch (inquiry.topic()) {
            case Ranks ranks -> List.copyOf(RankStudy.run(pair, turns(), ranks.tokens(), progress));
            case Curve curve ->
                CurveStudy.run(pair, asked, curve.shares(), progress).stream()
                        .<Object>map(CurveRow::of)
                        .toList();
            case GatesAndWeights gates ->
                List.copyOf(GateStudy.run(pair, turns(), FusionSettings.TRAINED.with(gates.gates()), progress));
            case Topic.Map map ->
                List.of(new MapStudy(pair, map.layer(), map.part(), map.tokens())
                        .run(turns(), FusionSettings.TRAINED, progress));
            case Inversion inversion -> {
                PolicyCost cost = new InversionStudy(inversion.policy(), inquiry.seed()).cost(pair, asked, progress);
                yield List.of(inverted(inversion, sharer, cost));
            }
            case Enrichment _ -> throw new IllegalStateException("Enrichment is of one model.");
        };
    }

    /**
     * Of one model, which the caller closes.
     *
     * @return what was found, a record each: {@link EnrichmentRow} or {@link InversionRow}
     * @throws StudyException if the examples do not fit the model, or layers are asked for that are not there
     * @throws QuizInvalidException if there are not enough questions to show examples of
     */
    public List<Object> of(StudyModel model) {
        return switch (inquiry.topic()) {
            case Enrichment enrichment ->
                List.copyOf(enriched(
                        model, enrichment, asked, Examples.of(all, enrichment.shots(), inquiry.seed()), progress));
            case Inversion inversion -> List.of(inverted(inversion, model, null));
            case Ranks _, Curve _, GatesAndWeights _, Topic.Map _ ->
                throw new IllegalStateException("This is looked at in a pair.");
        };
    }

    /**
     * Answers questions directly, behind examples, and on what is left of the cache behind examples.
     *
     * @param progress is told how many questions are done
     */
    public static List<EnrichmentRow> enriched(
            StudyModel model,
            Enrichment enrichment,
            List<StudyQuestion> asked,
            Examples examples,
            IntConsumer progress) {
        EnrichmentStudy study = new EnrichmentStudy(
                model, enrichment.eachLayer() ? EnrichmentStudy.Layers.EACH_ALONE : EnrichmentStudy.Layers.ALL_ONLY);
        List<EnrichmentOutcome> outcomes = new ArrayList<>();
        for (StudyQuestion question : asked) {
            outcomes.add(study.ask(question, examples.before(question)));
            progress.accept(outcomes.size());
        }
        return EnrichmentRow.of(outcomes);
    }

    private InversionRow inverted(Inversion inversion, StudyModel sharer, @Nullable PolicyCost cost) {
        Recovery recovery = new InversionStudy(inversion.policy(), inquiry.seed())
                .recovered(sharer, turns(), inversion.candidates(), inversion.attack());
        return InversionRow.of(recovery, inversion.policy(), inquiry.seed(), cost);
    }

    private List<String> turns() {
        return asked.stream().map(StudyQuestion::turn).toList();
    }
}
