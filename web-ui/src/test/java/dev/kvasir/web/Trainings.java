package dev.kvasir.web;

import dev.kvasir.operation.OperationId;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.OperationState;
import dev.kvasir.operation.training.Training;
import dev.kvasir.operation.training.TrainingPoint;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Trainings, as they are stored. */
final class Trainings {

    private static final Instant START = Instant.parse("2026-11-25T03:00:00Z");
    private static final int STEPS = 288;

    private Trainings() {}

    /** A loss that falls from 6, measured on held-out chats every 24 steps, lowest at step 144. */
    static List<TrainingPoint> points(int steps) {
        return IntStream.rangeClosed(1, steps).mapToObj(Trainings::point).toList();
    }

    private static TrainingPoint point(int step) {
        double loss = 0.5 + 5.5 * Math.exp(-step / 40.0) + 0.1 * Math.sin(step);
        Double heldOut = step % 24 == 0 ? Double.valueOf(0.7 + Math.abs(step - 144) / 100.0) : null;
        return new TrainingPoint(
                step, STEPS, loss, heldOut, 1.2, 1e-3 * step / STEPS, 1.0 / step, 8, 8, 910, 1000L * (STEPS - step));
    }

    static Training training(OperationState state) {
        boolean isFinal = state.isFinal();
        return new Training(
                new OperationId(new UUID(0x0198_0000_0000_7000L, 77)),
                state,
                "lessons",
                "pocket-sharer",
                "pocket-receiver",
                JsonMapper.shared().readTree("{\"fuser\":\"lessons\"}"),
                false,
                state == OperationState.QUEUED
                        ? null
                        : JsonNodeFactory.instance
                                .objectNode()
                                .put("phase", "TRAINING")
                                .put("step", 100)
                                .put("steps", STEPS),
                state == OperationState.SUCCEEDED
                        ? new Training.Result(STEPS, 1530, 170, 0.7, 6.1, 8, 8, 333_000)
                        : null,
                state == OperationState.FAILED
                        ? new OperationRecord.Fault("DATASET_INVALID", "chats.jsonl, line 3: it is <b>not</b> JSON.")
                        : null,
                state == OperationState.QUEUED ? null : "worker-1",
                START,
                state == OperationState.QUEUED ? null : START.plusSeconds(1),
                isFinal ? START.plusSeconds(400) : null,
                104);
    }
}
