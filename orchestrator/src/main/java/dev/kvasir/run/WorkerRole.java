package dev.kvasir.run;

import com.zaxxer.hikari.HikariDataSource;
import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.Dispatcher;
import dev.kvasir.dispatch.Leases;
import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import dev.kvasir.dispatch.Sweeper;
import dev.kvasir.dispatch.Timers;
import dev.kvasir.dispatch.Work;
import dev.kvasir.pool.WorkerRegistration;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A worker's life: waits for the database, registers, claims, works, and drains when its process is told to stop.
 *
 * <p>The database may come later than the worker; it is asked again every second.
 */
final class WorkerRole implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerRole.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int RECYCLED = 70;

    private final HikariDataSource source;
    private final Duties duties;
    private final DispatchProperties settings;
    private final RunProperties runs;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile @Nullable Thread starter;
    private volatile boolean running;
    private boolean registered;

    WorkerRole(HikariDataSource source, Duties duties, DispatchProperties settings, RunProperties runs) {
        this.source = source;
        this.duties = duties;
        this.settings = settings;
        this.runs = runs;
    }

    /** What a worker works with. */
    record Duties(
            JdbcClient jdbc,
            RunRoom room,
            Recovering recovering,
            AgentRuntime agents,
            Identity identity,
            WorkerGround ground) {}

    /** How ends are committed, and what is done about those that are not. */
    record Recovering(Completion completion, Recovery recovery, Timers timers) {}

    /** Who the worker is. */
    record Identity(Claimant worker, WorkerRegistration registration) {}

    @Override
    public void start() {
        running = true;
        starter = Thread.ofPlatform().name("worker-start").start(this::register);
    }

    private void register() {
        String reported = "";
        while (running) {
            try {
                duties.identity()
                        .registration()
                        .register(new WorkerRegistration.Host(
                                ThisMachine.host(),
                                ThisMachine.pid(),
                                settings.slots(),
                                "0.1.0",
                                ThisMachine.devices()));
                work();
                return;
            } catch (RuntimeException unready) {
                String message = String.valueOf(unready.getMessage());
                if (!message.equals(reported)) {
                    log.warn("The database is not ready for this worker, it is asked again every second: {}", message);
                    reported = message;
                }
                pause();
            }
        }
    }

    private synchronized void work() {
        if (!running) {
            return;
        }
        registered = true;
        HikariDataSource heartbeats = keep(Connections.heartbeats(source, settings.heartbeat()));
        Leases renewals = new Leases(JdbcClient.create(heartbeats), settings.lease());
        DeltaStream deltas = keep(new DeltaStream(duties.room(), duties.jdbc()));
        NoticeListener listener = keep(new NoticeListener(Connections.unpooled(source)));
        Sweeper sweeper = keep(new Sweeper(
                List.of(
                        duties.identity().registration(),
                        duties.recovering().recovery(),
                        duties.room().transfers()),
                settings.sweep()));
        Dispatcher dispatcher = keep( // last, so that it is closed first: the rest must live while it drains
                new Dispatcher(islands(deltas), renewals, duties.identity().worker(), settings, WorkerRole::recycle));
        wakeOn(listener, dispatcher);
        deltas.start(runs.deltaInterval());
        listener.start();
        duties.recovering().timers().start();
        sweeper.start();
        dispatcher.start();
        log.info(
                "Worker {} takes work: {} slots, pool {}",
                duties.identity().worker().name(),
                settings.slots(),
                settings.pool());
    }

    private IslandWorker islands(DeltaStream deltas) {
        Leases leases = new Leases(duties.jdbc(), settings.lease());
        return new IslandWorker(
                duties.identity().worker(),
                duties.agents(),
                new IslandWorker.WorkerParts(
                        new Claims(duties.room(), leases),
                        new Briefs(duties.jdbc(), duties.room()),
                        duties.recovering().completion(),
                        deltas,
                        duties.ground()));
    }

    private void wakeOn(NoticeListener listener, Dispatcher dispatcher) {
        var _ = listener.on(Channel.READY, pool -> dispatcher.wake());
        var _ = listener.on(Channel.STOP, run -> {
            if (!run.equals(NoticeListener.EVERYTHING)) {
                dispatcher.stopRun(UUID.fromString(run));
            }
        });
    }

    /** Work that cannot be stopped ends the process; its supervisor starts another. */
    private static void recycle(Work work) {
        log.error(
                "{} cannot be stopped; this worker ends and must be started again",
                work.lease().island());
        Runtime.getRuntime().halt(RECYCLED);
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException stopped) {
            running = false;
        }
    }

    @Override
    public void stop() {
        running = false;
        Thread starting = starter;
        if (starting != null) {
            starting.interrupt();
        }
        end();
    }

    private synchronized void end() {
        if (!registered) {
            return;
        }
        log.info("Worker {} drains", duties.identity().worker().name());
        quietly(duties.identity().registration()::drain);
        while (!open.isEmpty()) {
            close(open.pop());
        }
        quietly(duties.identity().registration()::stop);
        log.info("Worker {} has stopped", duties.identity().worker().name());
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception broken) {
            log.warn("{} could not be closed", part.getClass().getSimpleName(), broken);
        }
    }

    private static void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException unreachable) {
            log.warn("The worker's row could not be changed: {}", unreachable.getMessage());
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
