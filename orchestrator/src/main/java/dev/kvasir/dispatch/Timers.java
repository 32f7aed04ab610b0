package dev.kvasir.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wake-ups at a time to come, kept by db-scheduler: when a retry is due, its pool looks for work.
 *
 * <p>Its clock is the JVM's and its rows may be lost, so a timer only says "look again"; polls and sweeps find the same.
 * Its executions are short: none holds a lease or calls a model.
 */
public final class Timers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timers.class);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);
    private static final int MISSED_HEARTBEATS = 4;

    private final Scheduler scheduler;
    private final OneTimeTask<Void> wake;
    private final Clock clock;

    /**
     * @param pool whose wake-ups these are: one task name a pool
     * @param action what to do when one is due; must be short
     */
    public Timers(DataSource source, String pool, DispatchProperties settings, Clock clock, Runnable action) {
        this.clock = clock;
        this.wake = Tasks.oneTime("wake-" + pool).execute((instance, context) -> action.run());
        Duration poll = settings.poll().compareTo(LONGEST_POLL) < 0 ? settings.poll() : LONGEST_POLL;
        this.scheduler = Scheduler.create(source, wake)
                .threads(1)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(poll)
                .heartbeatInterval(settings.heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .build();
    }

    public void start() {
        scheduler.start();
    }

    /** Wakes the pool after a while; within a transaction, only if that commits. */
    public void after(Duration pause, UUID subject) {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    schedule(pause, subject);
                }
            });
        } else {
            schedule(pause, subject);
        }
    }

    private void schedule(Duration pause, UUID subject) {
        try {
            String instance = subject + "@" + clock.millis();
            scheduler.schedule(wake.instance(instance), clock.instant().plus(pause));
        } catch (RuntimeException lost) {
            log.warn("A wake-up was lost, the next poll makes up for it: {}", lost.getMessage());
        }
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
