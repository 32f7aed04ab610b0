package dev.kvasir.operation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Operations as callers know them. What belongs to others is not found. */
public interface Operations {

    /**
     * Queues the training of a fuser.
     *
     * @param recipe as JSON; its {@code data.file} counts from a folder of data sets
     * @throws RecipeRefusedException if it cannot be trained by, with every fault
     * @throws FuserNameTakenException if there is, or will be, a fuser of that name
     */
    OperationRecord train(UUID owner, String recipe);

    Optional<OperationRecord> find(UUID owner, OperationId operation);

    /** The newest first. */
    List<OperationRecord> list(UUID owner, int limit);

    /** Events after a number, oldest first. */
    List<OperationEvent> events(UUID owner, OperationId operation, long after, int limit);

    /** The steps' numbers so far, in order: all of them, or some 2000 and every one with a held-out loss. */
    List<TrainingPoint> points(UUID owner, OperationId operation);

    /**
     * Stops it: at once while it waits, else at the end of the step that is being taken.
     *
     * @return the operation as it is then; empty if there is none
     * @throws OperationFinishedException if it has ended
     */
    Optional<OperationRecord> cancel(UUID owner, OperationId operation);

    /**
     * Subscribes to news.
     *
     * @param news told which operation has new events; empty when any may have
     * @return ends the subscription
     */
    Runnable onNews(Consumer<Optional<OperationId>> news);
}
