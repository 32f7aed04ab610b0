package dev.kvasir.run;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Starts, reads and stops runs. The owner is part of every query: what belongs to others is not found.
 *
 * <p>A fault of the database comes out as Spring's {@code DataAccessException}.
 */
public interface Runs {

    /**
     * Takes a run on, in one transaction; it is not dropped any more.
     *
     * @param key null when the request has none
     * @throws RunRefusedException if the graph, its version, the input or an override does not allow it; with every fault
     * @throws QueueFullException if too many runs wait already
     * @throws RunKeyException if the key was used for another body, or its first request is still in flight after 2 s
     */
    StartedRun start(UUID owner, StartRun request, @Nullable RunKey key);

    /**
     * Starts a run that goes on from an earlier one, which stays as it is.
     *
     * @param run is the owner's
     * @throws RerunRefusedException if that has not ended, or cannot be gone on from so; with every fault
     * @throws RunRefusedException as when a run is started
     */
    StartedRun again(UUID owner, RunId run, Rerun rerun, @Nullable RunKey key);

    Optional<RunRecord> find(UUID owner, RunId run);

    /**
     * Lists runs, newest first.
     *
     * @param cursor of the page before; null for the first page
     * @param limit 1 to 200
     * @throws CursorInvalidException if the cursor is not one of ours
     */
    RunPage list(UUID owner, RunFilter filter, @Nullable String cursor, int limit);

    long count(UUID owner, RunFilter filter);

    /** Steps in the order in which they run; empty if there is no such run. */
    List<StepRecord> steps(UUID owner, RunId run);

    List<AttemptRecord> attempts(UUID owner, RunId run, StepId step);

    List<EdgeRecord> edges(UUID owner, RunId run);

    /**
     * Events after a number, in order.
     *
     * @param after 0 for all
     */
    List<EventRecord> events(UUID owner, RunId run, long after, int limit);

    /** What a run waits for from people, or has waited for, the oldest first. */
    List<WaitRecord> waits(UUID owner, RunId run);

    /**
     * Answers what a run waits for.
     *
     * @param owner of the run, who also answers
     * @return the wait as it is then; empty if there is none
     * @throws WaitClosedException if it was closed before
     * @throws AnswerInvalidException if the answer is none of those that are waited for; with every fault
     */
    Optional<WaitRecord> answer(UUID owner, RunId run, WaitId wait, String action, @Nullable ObjectNode values);

    /**
     * Cancels a run; an accepted cancel is final.
     *
     * @return the run as it is then; empty if there is none
     * @throws RunFinishedException if it had ended before
     */
    Optional<RunRecord> cancel(UUID owner, RunId run, CancelMode mode);

    /**
     * Tells of news of any run, on a thread that must not be held up; read the events then. News may be told twice.
     *
     * @param listener gets the run, or empty when anything may have happened
     * @return ends the subscription
     */
    Runnable onNews(Consumer<Optional<RunId>> listener);
}
