package dev.kvasir.web.fuser;

import dev.kvasir.operation.training.Training;
import dev.kvasir.operation.training.TrainingLog;
import dev.kvasir.operation.training.TrainingPoint;
import dev.kvasir.web.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A training as its page shows it.
 *
 * @param id as in its address
 * @param pair sharer and receiver; null where the file of a training does not tell
 * @param stream where its events come from; null when none will
 * @param isPolled whether the page looks again by itself, having no stream
 * @param note what is worth a sentence: why it failed, that it waits; null if nothing is
 * @param wide null before the first step
 * @param narrow the same for small screens
 * @param isCancellable whether it goes on and this reader may stop it
 * @param recipe as it was sent; null where it is not known
 */
public record TrainingPage(
        String id,
        String fuser,
        @Nullable String pair,
        Mark mark,
        @Nullable String stream,
        long lastEvent,
        boolean isPolled,
        @Nullable String note,
        @Nullable String fault,
        List<Fact> facts,
        @Nullable LossChart wide,
        @Nullable LossChart narrow,
        List<Course> courses,
        List<Row> rows,
        boolean isCancellable,
        boolean isUsable,
        @Nullable String recipe) {

    private static final int ROWS = 60;
    private static final int WIDE = 960;
    private static final int NARROW = 340;

    public TrainingPage {
        facts = List.copyOf(facts);
        courses = List.copyOf(courses);
        rows = List.copyOf(rows);
    }

    /** A number with its name. */
    public record Fact(String name, String value, String exact) {}

    /** A step's numbers. */
    public record Row(
            int step,
            String loss,
            String heldOut,
            String gates,
            String learningRate,
            String temperature,
            String pace) {}

    /**
     * The page of a training over the API.
     *
     * @param mayCancel whether this reader may
     */
    public static TrainingPage of(Training training, List<TrainingPoint> points, boolean mayCancel) {
        boolean isFinal = training.state().isFinal();
        return new TrainingPage(
                training.id().toString(),
                training.fuser(),
                training.sharer() + " → " + training.receiver(),
                TrainingRow.mark(training),
                isFinal ? null : "/api/v1/operations/" + training.id() + "/events",
                training.lastEvent(),
                false,
                note(training),
                training.error() == null ? null : training.error().detail(),
                facts(training, points),
                LossChart.of(points, WIDE, 340).orElse(null),
                LossChart.of(points, NARROW, 300).orElse(null),
                Course.all(points),
                rows(points),
                mayCancel && !isFinal && !training.isStopping(),
                training.result() != null,
                training.recipe().toPrettyString());
    }

    /** The page of a training that the command line started. */
    public static TrainingPage of(TrainingLog log) {
        List<TrainingPoint> points = log.points();
        return new TrainingPage(
                log.fuser(),
                log.fuser(),
                null,
                TrainingRow.mark(log),
                null,
                0,
                log.isGrowing(),
                "Started from the command line; its numbers come from training/%s/metrics.jsonl, last written %s."
                        .formatted(log.fuser(), Times.at(log.writtenAt())),
                null,
                facts(points, log.isGrowing()),
                LossChart.of(points, WIDE, 340).orElse(null),
                LossChart.of(points, NARROW, 300).orElse(null),
                Course.all(points),
                rows(points),
                false,
                false,
                null);
    }

    private static @Nullable String note(Training training) {
        return switch (training.state()) {
            case QUEUED ->
                "It waits for a worker that has both models and nothing else to train. Each worker trains one fuser at a time.";
            case RUNNING -> training.progress() == null ? "The worker looks at the chats." : reading(training);
            case SUCCEEDED -> "The fuser is registered as %s and can be used in graphs.".formatted(training.fuser());
            case CANCELLED -> "It was cancelled. The same recipe, sent again, goes on from its last save.";
            case FAILED -> null;
        };
    }

    private static @Nullable String reading(Training training) {
        String progress = TrainingRow.progress(training.progress());
        return progress.startsWith("reading")
                ? "Both models read the chats first, once: %s."
                        .formatted(progress.substring("reading chats, ".length()))
                : null;
    }

    private static List<Fact> facts(Training training, List<TrainingPoint> points) {
        List<Fact> facts = new ArrayList<>(facts(points, !training.state().isFinal()));
        Training.Result result = training.result();
        if (result != null) {
            facts.add(new Fact("Lowest held out", FuserRow.loss(result.heldOutLoss()), "of the fuser that was kept"));
            facts.add(new Fact("Before training", FuserRow.loss(result.heldOutLossAtStart()), "held-out loss"));
            facts.add(
                    new Fact("Chats", result.trainingChats() + " + " + result.heldOutChats(), "trained on + held out"));
            facts.add(
                    new Fact("Took", Times.span(Duration.ofMillis(result.durationMs())), result.durationMs() + " ms"));
        }
        facts.add(new Fact(
                "Queued",
                Times.ofDay(training.createdAt()),
                training.createdAt().toString()));
        if (training.worker() != null) {
            facts.add(new Fact("Worker", training.worker(), training.worker()));
        }
        return facts;
    }

    private static List<Fact> facts(List<TrainingPoint> points, boolean goesOn) {
        if (points.isEmpty()) {
            return List.of();
        }
        TrainingPoint last = points.getLast();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Step", last.step() + " of " + last.steps(), "optimiser steps"));
        facts.add(new Fact("Training loss", FuserRow.loss(last.loss()), "of the newest step, nats per token"));
        facts.add(new Fact("Held-out loss", FuserRow.loss(newestHeldOut(points)), "newest, nats per token"));
        if (goesOn) {
            facts.add(new Fact(
                    "Time left",
                    Times.span(Duration.ofMillis(last.remainingMs())),
                    last.remainingMs() + " ms, estimated"));
        }
        return facts;
    }

    private static @Nullable Double newestHeldOut(List<TrainingPoint> points) {
        return points.reversed().stream()
                .map(TrainingPoint::heldOutLoss)
                .filter(loss -> loss != null)
                .findFirst()
                .orElse(null);
    }

    /** Every evaluation, and of the rest as many as one reads; the newest first. */
    private static List<Row> rows(List<TrainingPoint> points) {
        int stride = Math.max(1, Math.ceilDiv(points.size(), ROWS));
        List<Row> rows = new ArrayList<>();
        for (int i = points.size() - 1; i >= 0; i--) {
            TrainingPoint point = points.get(i);
            if (point.heldOutLoss() != null || i % stride == 0 || i == points.size() - 1) {
                rows.add(row(point));
            }
        }
        return rows;
    }

    private static Row row(TrainingPoint point) {
        return new Row(
                point.step(),
                String.format(Locale.ROOT, "%.4f", point.loss()),
                FuserRow.loss(point.heldOutLoss()),
                point.gates() == 0 ? String.valueOf(point.gatesOpen()) : point.gatesOpen() + " of " + point.gates(),
                Course.small(point.learningRate()),
                Course.small(point.temperature()),
                String.valueOf(Math.round(point.tokensPerSecond())));
    }
}
