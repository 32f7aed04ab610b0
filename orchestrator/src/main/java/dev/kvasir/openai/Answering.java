package dev.kvasir.openai;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.IdempotencyKeys;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.CancelMode;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.RunFinishedException;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunKey;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunRefusedException;
import dev.kvasir.run.RunState;
import dev.kvasir.run.RunWaiter;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import dev.kvasir.run.StartedRun;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers what is asked by running a graph: starts the run, waits for it or follows it, and tells its reply. */
final class Answering {

    static final String RUN_HEADER = "Kvasir-Run";

    private static final Logger log = LoggerFactory.getLogger(Answering.class);
    private static final int BATCH = 500;
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final long SEEDS = 1L << 53;

    private final ServedModels models;
    private final Runs runs;
    private final RunWaiter waiter;
    private final Audit audit;
    private final RandomGenerator random;

    Answering(ServedModels models, Runs runs, RunWaiter waiter, Audit audit, RandomGenerator random) {
        this.models = models;
        this.runs = runs;
        this.waiter = waiter;
        this.audit = audit;
        this.random = random;
    }

    /**
     * A run that will reply.
     *
     * @param record as it was when it was started
     */
    record Started(Caller caller, ServedModel model, RunRecord record) {

        RunId id() {
            return record.id();
        }
    }

    /** Where a reply goes while it is written. */
    interface Listener {

        /** Takes what was added to the reply. */
        void text(String more) throws IOException;

        /** Takes notice that nothing was added for a while. */
        void silence() throws IOException;
    }

    /** @throws ProblemException if what is asked for cannot be run */
    Started start(Caller caller, Asked asked, @Nullable RunKey key) {
        ServedModel model = models.find(caller, asked.model());
        Long seed = asked.sampling().seed();
        StartRun request = new StartRun(
                model.graphId(),
                model.version().number(),
                RunInput.of(model, asked),
                seed == null ? Long.valueOf(random.nextLong(SEEDS)) : seed,
                asked.extension().edgeOverrides(),
                nodeOverrides(model, asked.sampling()),
                null,
                null,
                asked.labels(),
                null);
        StartedRun started;
        try {
            started = runs.start(caller.userId(), request, key);
        } catch (RunRefusedException refused) {
            throw Refusals.of(refused, asked.sampling().names());
        }
        if (!started.replayed()) {
            audit.record("run.start", started.id().toString(), Audit.Outcome.DONE);
        }
        return new Started(
                caller,
                models.at(caller, model, started.version()),
                runs.find(caller.userId(), started.id()).orElseThrow());
    }

    private static Map<String, JsonNode> nodeOverrides(ServedModel model, Sampling sampling) {
        if (sampling.generation().isEmpty()) {
            return Map.of();
        }
        NodeId feeder = model.source()
                .feeder()
                .orElseThrow(() -> Refusals.unsupported(
                        sampling.names().values().stream().sorted().findFirst().orElse("/model"),
                        "No agent feeds the output '%s' of graph '%s', so there is nothing to set options of. Leave them out."
                                .formatted(model.output(), model.version().name())));
        Map<String, JsonNode> overrides = new HashMap<>();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("generation", sampling.generation());
        overrides.put(feeder.value(), node);
        return overrides;
    }

    /** The key of a request that may be repeated. */
    static @Nullable RunKey key(String path, @Nullable String header, byte[] body) {
        return header == null ? null : new RunKey(path, IdempotencyKeys.checked(header), IdempotencyKeys.digest(body));
    }

    /**
     * Waits for the reply.
     *
     * @throws ProblemException if the run ends without one
     */
    Reply await(Started started) throws InterruptedException {
        return reply(started, over(started));
    }

    /**
     * Tells the reply while it is written. What the listener throws comes out; the run goes on then.
     *
     * @return the whole reply, all of which was told
     * @throws ProblemException if the run ends without one, or what was told is not how it begins
     */
    Reply follow(Started started, Listener listener) throws IOException, InterruptedException {
        try (RunWaiter.News news = waiter.follow(started.id())) {
            GrowingReply growing = new GrowingReply(started.model());
            RunRecord run = tell(started, growing, listener, news);
            Reply reply = reply(started, run);
            tell(growing.rest(reply.text()), listener);
            return reply;
        } catch (ProblemException problem) {
            if (problem.type() == ProblemType.RUN_UNFINISHED) {
                cancel(started); // it may still be writing what cannot be told any more
            }
            throw problem;
        }
    }

    private RunRecord tell(Started started, GrowingReply growing, Listener listener, RunWaiter.News news)
            throws IOException, InterruptedException {
        long after = 0;
        long spoken = System.nanoTime();
        while (true) {
            List<EventRecord> events = read(started, after);
            for (EventRecord event : events) {
                after = event.seq();
                if (tell(growing.after(event), listener)) {
                    spoken = System.nanoTime();
                }
                if (event.isTerminal() || event.name().equals("run.waiting")) {
                    return ended(started, news);
                }
            }
            if (System.nanoTime() - spoken > SILENCE.toNanos()) {
                listener.silence();
                spoken = System.nanoTime();
            }
            if (events.size() < BATCH) {
                news.await(SILENCE);
            }
        }
    }

    private static boolean tell(String more, Listener listener) throws IOException {
        if (more.isEmpty()) {
            return false;
        }
        listener.text(more);
        return true;
    }

    private List<EventRecord> read(Started started, long after) {
        try {
            return runs.events(started.caller().userId(), started.id(), after, BATCH);
        } catch (DataAccessException | TransactionException away) {
            log.debug("The database is away; the reply of {} goes on when it is back", started.id(), away);
            return List.of();
        }
    }

    private RunRecord ended(Started started, RunWaiter.News news) throws InterruptedException {
        while (true) {
            try {
                return over(started);
            } catch (DataAccessException | TransactionException away) {
                log.debug("The database is away; the end of {} is read when it is back", started.id(), away);
                news.await(SILENCE);
            }
        }
    }

    private RunRecord over(Started started) throws InterruptedException {
        RunRecord run = started.record();
        while (!isOver(run)) {
            run = waiter.ended(started.caller().userId(), run, WAIT);
        }
        return run;
    }

    private static boolean isOver(RunRecord run) {
        return run.state().isFinal() || run.state() == RunState.WAITING;
    }

    private Reply reply(Started started, RunRecord run) {
        if (run.state() != RunState.SUCCEEDED) {
            throw RunEnds.problem(run);
        }
        return Reply.of(started.model(), run, runs.steps(started.caller().userId(), run.id()));
    }

    /** Stops a run that nobody waits for any more. */
    void cancel(Started started) {
        try {
            runs.cancel(started.caller().userId(), started.id(), CancelMode.NOW);
            audit.record("run.cancel", started.id().toString(), Audit.Outcome.DONE);
        } catch (RunFinishedException ended) {
            log.debug("The client of run {} hung up after its end", started.id(), ended);
        }
    }
}
