package dev.kvasir.study;

import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.fuser.PartialFusion.End;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.study.CurvePoint.Along;
import dev.kvasir.study.StudyPair.Fusing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** How answers get better while more and more is fused; nothing fused is the receiver alone. */
public final class CurveStudy {

    private CurveStudy() {}

    /**
     * Asks each question once for each point.
     *
     * @param shares each 0 to 1
     * @param progress is told how many questions are done
     */
    public static List<CurvePoint> run(
            StudyPair pair, List<StudyQuestion> questions, List<Double> shares, IntConsumer progress) {
        List<CurvePoint> points = new ArrayList<>();
        for (Along along : Along.values()) {
            for (End end : End.values()) {
                shares.forEach(share -> points.add(new CurvePoint(along, end, share, 0, questions.size())));
            }
        }
        for (int i = 0; i < questions.size(); i++) {
            ask(pair, questions.get(i), points);
            progress.accept(i + 1);
        }
        return points;
    }

    private static void ask(StudyPair pair, StudyQuestion question, List<CurvePoint> points) {
        AlignedPrompt prompt = pair.aligned(question.turn());
        Map<Fusing, Boolean> known = new HashMap<>();
        try (SharedCache shared = pair.shared(prompt)) {
            points.replaceAll(point -> {
                boolean isRight = known.computeIfAbsent(
                        fusing(pair, prompt, point), fusing -> pair.isRight(question, prompt, shared, fusing));
                return isRight
                        ? new CurvePoint(point.along(), point.end(), point.share(), point.right() + 1, point.of())
                        : point;
            });
        }
    }

    /** Points that fuse the same are equal, so that they are asked once. */
    static Fusing fusing(StudyPair pair, AlignedPrompt prompt, CurvePoint point) {
        List<Integer> mapped = pair.mappedLayers();
        int layers = point.along() == Along.LAYERS ? (int) Math.floor(mapped.size() * point.share()) : mapped.size();
        Set<Integer> fused = new TreeSet<>(
                point.end() == End.FRONT
                        ? mapped.subList(0, layers)
                        : mapped.subList(mapped.size() - layers, mapped.size()));
        double tokens = layers == 0 ? 0 : point.along() == Along.TOKENS ? point.share() : 1;
        return new Fusing(
                new PartialFusion(tokens, point.end()).apply(prompt.sections()),
                new FusionSettings(Gates.TRAINED, 1, layers == 0 ? new TreeSet<>(mapped) : fused),
                null);
    }
}
