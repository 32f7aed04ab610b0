package dev.kvasir.web.fuser;

import dev.kvasir.operation.training.TrainingPoint;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * How one number went over the steps, as a small picture beside its newest value.
 *
 * @param low the picture's bottom, as text
 * @param high the picture's top, as text
 * @param summary the picture in a sentence, for those who do not see it
 */
public record Course(
        String name,
        String value,
        String unit,
        String path,
        String low,
        String high,
        int width,
        int height,
        String summary) {

    private static final int WIDTH = 220;
    private static final int HEIGHT = 56;

    /**
     * What is drawn of a step.
     *
     * @param whole the picture's top where its bottom is 0; 0 for a picture as high as the numbers go
     */
    private record Quantity(
            String name,
            String unit,
            double whole,
            ToDoubleFunction<TrainingPoint> value,
            DoubleFunction<String> shown) {}

    /** Gates, learning rate, temperature and pace; empty before the first step. */
    static List<Course> all(List<TrainingPoint> points) {
        if (points.isEmpty()) {
            return List.of();
        }
        int gates = points.getLast().gates();
        List<Quantity> numbers = List.of(
                new Quantity(
                        "Gates open",
                        gates == 0 ? "" : "of " + gates,
                        gates,
                        TrainingPoint::gatesOpen,
                        value -> String.valueOf(Math.round(value))),
                new Quantity("Learning rate", "", 0, TrainingPoint::learningRate, Course::small),
                new Quantity("Gate temperature", "", 0, TrainingPoint::temperature, Course::small),
                new Quantity(
                        "Pace",
                        "tokens/s",
                        0,
                        TrainingPoint::tokensPerSecond,
                        value -> String.valueOf(Math.round(value))));
        return numbers.stream().map(number -> course(points, number)).toList();
    }

    private static Course course(List<TrainingPoint> points, Quantity number) {
        double least = number.whole() > 0
                ? 0
                : points.stream().mapToDouble(number.value()).min().orElse(0);
        double most = number.whole() > 0
                ? number.whole()
                : points.stream().mapToDouble(number.value()).max().orElse(0);
        TrainingPoint last = points.getLast();
        Scale x = new Scale(points.getFirst().step() - 1, last.steps(), 1, WIDTH - 1, 1);
        double margin = most > least ? 0 : Math.max(1e-9, Math.abs(most) / 2);
        Scale y = new Scale(least - margin, most + margin, HEIGHT - 4, 4, 1);
        String value = number.shown().apply(number.value().applyAsDouble(last));
        return new Course(
                number.name(),
                value,
                number.unit(),
                Lines.path(points, x, y, number.value(), WIDTH),
                number.shown().apply(least),
                number.shown().apply(most),
                WIDTH,
                HEIGHT,
                "%s from %s to %s, now %s %s"
                        .formatted(
                                number.name(),
                                number.shown().apply(least),
                                number.shown().apply(most),
                                value,
                                number.unit()));
    }

    static String small(double value) {
        if (value == 0) {
            return "0";
        }
        return value >= 0.01
                ? String.format(Locale.ROOT, "%.3f", value)
                : String.format(Locale.ROOT, "%.1e", value).replace("e-0", "e-");
    }
}
