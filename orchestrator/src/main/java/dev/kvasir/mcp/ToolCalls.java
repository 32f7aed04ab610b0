package dev.kvasir.mcp;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.run.CancelMode;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.QueueFullException;
import dev.kvasir.run.RunFilter;
import dev.kvasir.run.RunFinishedException;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunRefusedException;
import dev.kvasir.run.RunState;
import dev.kvasir.run.RunWaiter;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls of tools as runs. A call's run carries a label that names the call, so that any server can find it to cancel it. */
@Component
@Profile("!worker")
final class ToolCalls {

    private static final Logger log = LoggerFactory.getLogger(ToolCalls.class);
    private static final String LABEL = "mcp.call";
    private static final Set<RunState> OPEN = Set.of(RunState.QUEUED, RunState.RUNNING, RunState.WAITING);
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final int BATCH = 500;

    private final Runs runs;
    private final RunWaiter waiter;
    private final Audit audit;

    ToolCalls(Runs runs, RunWaiter waiter, Audit audit) {
        this.runs = runs;
        this.waiter = waiter;
        this.audit = audit;
    }

    /**
     * A tool that is to be called.
     *
     * @param name what names the call among all runs of the caller; null if nothing does
     */
    record Call(
            Caller caller,
            Tool tool,
            ObjectNode arguments,
            @Nullable String name) {}

    /** Where news of a run go while it is waited for. */
    interface Listener {

        void event(EventRecord event) throws IOException;

        /** Takes notice that nothing has happened for a while. */
        void silence() throws IOException;
    }

    /**
     * Starts the run of a call.
     *
     * @throws RunRefusedException if the graph's rules do not allow it
     * @throws QueueFullException if too many runs wait already
     */
    RunRecord start(Call call) {
        Map<String, String> labels = call.name() == null ? Map.of() : Map.of(LABEL, call.name());
        StartRun request = new StartRun(
                call.tool().version().graph().value(),
                call.tool().version().number(),
                call.arguments(),
                null,
                Map.of(),
                Map.of(),
                null,
                null,
                labels,
                null);
        var started = runs.start(call.caller().userId(), request, null);
        audit.record("run.start", started.id().toString(), Audit.Outcome.DONE);
        return runs.find(call.caller().userId(), started.id()).orElseThrow();
    }

    /** Waits for a run to end, or to wait for a person. */
    RunRecord await(Caller caller, RunRecord started) throws InterruptedException {
        RunRecord run = started;
        while (!isOver(run)) {
            run = waiter.ended(caller.userId(), run, WAIT);
        }
        return run;
    }

    /** The same, with news. What the listener throws comes out; the run goes on then. */
    RunRecord follow(Caller caller, RunRecord started, Listener listener) throws IOException, InterruptedException {
        try (RunWaiter.News news = waiter.follow(started.id())) {
            long after = 0;
            long spoken = System.nanoTime();
            while (true) {
                List<EventRecord> events = read(caller, started, after);
                for (EventRecord event : events) {
                    after = event.seq();
                    listener.event(event);
                    spoken = System.nanoTime();
                    if (event.isTerminal() || event.name().equals("run.waiting")) {
                        return ended(caller, started, news);
                    }
                }
                if (System.nanoTime() - spoken > WAIT.toNanos()) {
                    listener.silence();
                    spoken = System.nanoTime();
                }
                if (events.size() < BATCH) {
                    news.await(WAIT);
                }
            }
        }
    }

    private RunRecord ended(Caller caller, RunRecord started, RunWaiter.News news) throws InterruptedException {
        while (true) {
            try {
                return await(caller, started);
            } catch (DataAccessException | TransactionException away) {
                log.debug("The database is away; the end of {} is read when it is back", started.id(), away);
                news.await(WAIT);
            }
        }
    }

    private List<EventRecord> read(Caller caller, RunRecord run, long after) {
        try {
            return runs.events(caller.userId(), run.id(), after, BATCH);
        } catch (DataAccessException | TransactionException away) {
            log.debug("The database is away; the news of {} go on when it is back", run.id(), away);
            return List.of();
        }
    }

    private static boolean isOver(RunRecord run) {
        return run.state().isFinal() || run.state() == RunState.WAITING;
    }

    /** Stops the run of a call; nothing happens if there is none, or it has ended. */
    void cancel(Caller caller, Session session, JsonNode requestId) {
        String name = session.call(requestId);
        if (name == null) {
            return;
        }
        RunFilter filter = new RunFilter(null, null, OPEN, LABEL + "=" + name, null, null, null);
        Optional<RunRecord> run =
                runs.list(caller.userId(), filter, null, 1).items().stream().findFirst();
        run.ifPresent(found -> cancel(caller, found));
    }

    private void cancel(Caller caller, RunRecord run) {
        try {
            runs.cancel(caller.userId(), run.id(), CancelMode.NOW);
            audit.record("run.cancel", run.id().toString(), Audit.Outcome.DONE);
        } catch (RunFinishedException ended) {
            log.debug("Run {} ended before it could be cancelled", run.id(), ended);
        }
    }
}
