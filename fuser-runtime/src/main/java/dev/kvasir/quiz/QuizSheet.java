package dev.kvasir.quiz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Who was right where, over all questions that every way has answered. */
public final class QuizSheet {

    private final Map<Arm, List<Boolean>> rights = new EnumMap<>(Arm.class);
    private final Map<Arm, List<ArmAnswer>> answers = new EnumMap<>(Arm.class);

    /** Notes an answer; each way answers the questions in one order. */
    public void note(Question question, ArmAnswer answer) {
        rights.computeIfAbsent(answer.arm(), arm -> new ArrayList<>()).add(answer.chosen() == question.answer());
        answers.computeIfAbsent(answer.arm(), arm -> new ArrayList<>()).add(answer);
    }

    public List<Arm> arms() {
        return List.copyOf(rights.keySet());
    }

    public int questions(Arm arm) {
        return rights.getOrDefault(arm, List.of()).size();
    }

    public int right(Arm arm) {
        return (int) rights.getOrDefault(arm, List.of()).stream()
                .filter(right -> right)
                .count();
    }

    /** The first against the second way. */
    public PairedCounts against(Arm first, Arm second) {
        List<Boolean> one = rights.getOrDefault(first, List.of());
        List<Boolean> two = rights.getOrDefault(second, List.of());
        int[] cells = new int[4];
        for (int i = 0; i < Math.min(one.size(), two.size()); i++) {
            cells[(one.get(i) ? 0 : 2) + (two.get(i) ? 0 : 1)]++;
        }
        return new PairedCounts(cells[0], cells[1], cells[2], cells[3]);
    }

    /** The middle of what an arm's answers took, in milliseconds. */
    public double medianMs(Arm arm, Function<ArmAnswer, Duration> part) {
        double[] sorted = answers.getOrDefault(arm, List.of()).stream()
                .mapToDouble(answer -> part.apply(answer).toNanos() / 1e6)
                .sorted()
                .toArray();
        int half = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
