package dev.kvasir.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One try of a step. */
public record AttemptRecord(
        int number,
        long epoch,
        AttemptState state,
        String worker,
        @Nullable StepFault error,
        Instant startedAt,
        @Nullable Instant finishedAt) {}
