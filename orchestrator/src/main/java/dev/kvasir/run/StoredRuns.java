package dev.kvasir.run;

import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Runs in PostgreSQL. */
final class StoredRuns implements Runs {

    private final RunStart starts;
    private final RunReads reads;
    private final RunRoom room;
    private final NoticeListener listener;
    private final Answers answers;

    StoredRuns(RunStart starts, RunReads reads, RunRoom room, NoticeListener listener) {
        this.starts = starts;
        this.reads = reads;
        this.room = room;
        this.listener = listener;
        this.answers = new Answers(room);
    }

    @Override
    public StartedRun start(UUID owner, StartRun request, @Nullable RunKey key) {
        return starts.start(owner, request, key);
    }

    @Override
    public StartedRun again(UUID owner, RunId run, Rerun rerun, @Nullable RunKey key) {
        return starts.again(owner, run, rerun, key);
    }

    @Override
    public Optional<RunRecord> find(UUID owner, RunId run) {
        return reads.find(owner, run);
    }

    @Override
    public RunPage list(UUID owner, RunFilter filter, @Nullable String cursor, int limit) {
        return reads.list(owner, filter, cursor, limit);
    }

    @Override
    public long count(UUID owner, RunFilter filter) {
        return reads.count(owner, filter);
    }

    @Override
    public List<StepRecord> steps(UUID owner, RunId run) {
        return reads.steps(owner, run);
    }

    @Override
    public List<AttemptRecord> attempts(UUID owner, RunId run, StepId step) {
        return reads.attempts(owner, run, step);
    }

    @Override
    public List<EdgeRecord> edges(UUID owner, RunId run) {
        return reads.edges(owner, run);
    }

    @Override
    public List<EventRecord> events(UUID owner, RunId run, long after, int limit) {
        return reads.events(owner, run, after, limit);
    }

    @Override
    public List<WaitRecord> waits(UUID owner, RunId run) {
        return reads.find(owner, run).isEmpty() ? List.of() : room.waits().of(run.value());
    }

    @Override
    public Optional<WaitRecord> answer(UUID owner, RunId run, WaitId wait, String action, @Nullable ObjectNode values) {
        if (reads.find(owner, run).isEmpty()
                || room.waits().find(run.value(), wait).isEmpty()) {
            return Optional.empty();
        }
        answers.take(run.value(), wait, owner, new Answers.Answer(action, values));
        return room.waits().find(run.value(), wait);
    }

    @Override
    public Optional<RunRecord> cancel(UUID owner, RunId run, CancelMode mode) {
        if (reads.find(owner, run).isEmpty()) {
            return Optional.empty();
        }
        room.transactions()
                .run(() -> room.rows().lock(run.value()).ifPresent(row -> {
                    if (row.state().isFinal()) {
                        throw new RunFinishedException(run, row.state());
                    }
                    room.progression().stop(run.value(), RunState.CANCELLED, mode, null);
                }));
        return reads.find(owner, run);
    }

    @Override
    public Runnable onNews(Consumer<Optional<RunId>> news) {
        return listener.on(
                Channel.EVENT,
                payload -> news.accept(
                        payload.equals(NoticeListener.EVERYTHING)
                                ? Optional.empty()
                                : Optional.of(new RunId(UUID.fromString(payload)))));
    }
}
