package dev.kvasir.operation.training;

import dev.kvasir.operation.OperationId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Trainings as callers know them. What belongs to others is not found. */
public interface Trainings {

    /**
     * Queues the training of a fuser.
     *
     * @param recipe as JSON; its {@code data.file} counts from a folder of data sets
     * @throws RecipeRefusedException if it cannot be trained by, with every fault
     * @throws FuserNameTakenException if there is, or will be, a fuser of that name
     */
    OperationId train(UUID owner, String recipe);

    Optional<Training> find(UUID owner, OperationId training);

    /** The newest first. */
    List<Training> list(UUID owner, int limit);

    /** The steps' numbers so far, in order: all of them, or some 2000 and every one with a held-out loss. */
    List<TrainingPoint> points(UUID owner, OperationId training);
}
