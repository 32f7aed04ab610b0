package dev.kvasir.web.fuser;

import dev.kvasir.operation.training.TrainingPoint;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The losses over the steps as a picture: the training loss as a line, the held-out loss as ringed points. The two differ in shape
 * and are named where they end, so that colour says nothing by itself.
 *
 * @param training path of the training loss
 * @param heldOut path that joins the held-out points; empty if there are none
 * @param labels names at the right end, apart from each other
 * @param summary the picture in a sentence or two, for those who do not see it
 */
public record LossChart(
        int width,
        int height,
        List<Mark> xMarks,
        List<Mark> yMarks,
        double left,
        double right,
        double bottom,
        String training,
        String heldOut,
        List<Dot> dots,
        List<Label> labels,
        String summary) {

    private static final int LEFT = 46;
    private static final int TOP = 26;
    private static final int BOTTOM = 44;
    private static final int RIGHT = 96;
    private static final double LABEL = 17;

    public LossChart {
        xMarks = List.copyOf(xMarks);
        yMarks = List.copyOf(yMarks);
        dots = List.copyOf(dots);
        labels = List.copyOf(labels);
    }

    /** A line of the grid and its number. */
    public record Mark(double at, String label) {}

    /** A held-out loss; the lowest is filled. */
    public record Dot(double x, double y, boolean isBest, String title) {}

    /** A name beside the end of a line. */
    public record Label(double x, double y, String look, String name, String value) {}

    /** Draws what there is; empty before the first step. */
    static Optional<LossChart> of(List<TrainingPoint> points, int width, int height) {
        List<TrainingPoint> finite =
                points.stream().filter(point -> Double.isFinite(point.loss())).toList();
        return finite.isEmpty() ? Optional.empty() : Optional.of(draw(finite, width, height));
    }

    private static LossChart draw(List<TrainingPoint> points, int width, int height) {
        int steps = points.getLast().steps();
        double least = losses(points).min().orElse(0);
        double most = losses(points).max().orElse(1);
        int before = Math.max(0, points.getFirst().step() - 1);
        Scale x = Scale.whole(before, steps, LEFT, width - RIGHT, width < 500 ? 3 : 6);
        Scale y = Scale.around(Math.min(0, least), most, height - BOTTOM, TOP, 5);
        List<TrainingPoint> held =
                points.stream().filter(point -> point.heldOutLoss() != null).toList();
        @Nullable
        TrainingPoint best = held.stream()
                .min(Comparator.comparingDouble(LossChart::heldOut))
                .orElse(null);
        return new LossChart(
                width,
                height,
                x.marks().stream()
                        .map(mark -> new Mark(x.at(mark), x.label(mark)))
                        .toList(),
                y.marks().stream()
                        .map(mark -> new Mark(y.at(mark), y.label(mark)))
                        .toList(),
                LEFT,
                width - RIGHT,
                height - BOTTOM,
                Lines.path(points, x, y, TrainingPoint::loss, width / 2),
                Lines.path(held, x, y, LossChart::heldOut, width),
                dots(held, best, x, y),
                labels(points.getLast(), held, x, y),
                summary(points, held, best));
    }

    private static DoubleStream losses(List<TrainingPoint> points) {
        return points.stream()
                .flatMap(point -> Stream.of(point.loss(), point.heldOutLoss() == null ? point.loss() : heldOut(point)))
                .mapToDouble(Double::doubleValue);
    }

    private static double heldOut(TrainingPoint point) {
        Double loss = point.heldOutLoss();
        return loss == null ? Double.NaN : loss;
    }

    private static List<Dot> dots(List<TrainingPoint> held, @Nullable TrainingPoint best, Scale x, Scale y) {
        return held.stream()
                .map(point -> new Dot(
                        x.at(point.step()),
                        y.at(heldOut(point)),
                        best != null && point.step() == best.step(),
                        String.format(Locale.ROOT, "held out %.4f at step %d", heldOut(point), point.step())))
                .toList();
    }

    /** Two lines each, one above the other where the curves meet, and never below the axis. */
    private static List<Label> labels(TrainingPoint last, List<TrainingPoint> held, Scale x, Scale y) {
        double beside = x.at(last.step()) + 10;
        double floor = y.from() - LABEL;
        double training = Math.min(y.at(last.loss()), floor);
        if (held.isEmpty()) {
            return List.of(new Label(beside, training, "training", "training", number(last.loss())));
        }
        double newest = heldOut(held.getLast());
        double heldOut = Math.min(y.at(newest), floor);
        if (newest >= last.loss()) {
            heldOut = Math.min(heldOut, training - 2 * LABEL);
        } else {
            training = Math.min(training, heldOut - 2 * LABEL);
        }
        return List.of(
                new Label(beside, training, "training", "training", number(last.loss())),
                new Label(beside, heldOut, "held", "held out", number(newest)));
    }

    private static String summary(List<TrainingPoint> points, List<TrainingPoint> held, @Nullable TrainingPoint best) {
        TrainingPoint last = points.getLast();
        String training = String.format(
                Locale.ROOT,
                "Training loss from %.3f at step %d to %.3f at step %d of %d.",
                points.getFirst().loss(),
                points.getFirst().step(),
                last.loss(),
                last.step(),
                last.steps());
        if (best == null) {
            return training;
        }
        return training
                + String.format(
                        Locale.ROOT,
                        " Held-out loss measured %d times, lowest %.4f at step %d.",
                        held.size(),
                        heldOut(best),
                        best.step());
    }

    private static String number(double loss) {
        return String.format(Locale.ROOT, "%.3f", loss);
    }
}
