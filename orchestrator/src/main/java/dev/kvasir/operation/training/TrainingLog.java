package dev.kvasir.operation.training;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line left of a training on this machine, in its {@code metrics.jsonl}.
 *
 * @param points every step's numbers, in order
 * @param writtenAt when the last was written
 * @param isGrowing whether that was a moment ago and steps are left
 */
public record TrainingLog(String fuser, List<TrainingPoint> points, Instant writtenAt, boolean isGrowing) {

    public TrainingLog {
        points = List.copyOf(points);
    }

    public TrainingPoint last() {
        return points.getLast();
    }

    /** The lowest; null if nothing was held out. */
    public @Nullable Double heldOutLoss() {
        Double lowest = null;
        for (TrainingPoint point : points) {
            Double measured = point.heldOutLoss();
            if (measured != null && (lowest == null || measured < lowest)) {
                lowest = measured;
            }
        }
        return lowest;
    }
}
