package dev.kvasir.run;

import dev.kvasir.dispatch.DatabaseFaults;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs a transaction, again if the database's fault may pass. None of ours spans a model call. */
final class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);
    private static final long PAUSE_MS = 50;
    private static final ThreadLocal<@Nullable Deque<Runnable>> FOLLOWERS = new ThreadLocal<>();

    private final TransactionTemplate template;

    Transactions(PlatformTransactionManager manager) {
        this.template = new TransactionTemplate(manager);
    }

    /** Runs the body in a transaction, then what it asked for {@link #after}. */
    <T> T in(Supplier<T> body) {
        if (FOLLOWERS.get() != null) {
            return template.execute(status -> body.get());
        }
        Deque<Runnable> next = new ArrayDeque<>();
        FOLLOWERS.set(next);
        T result;
        try {
            result = template.execute(status -> body.get());
        } finally {
            FOLLOWERS.remove();
        }
        next.forEach(this::follow);
        return result;
    }

    /** Runs the body in a transaction, then what it asked for {@link #after}. */
    void run(Runnable body) {
        in(() -> {
            body.run();
            return true;
        });
    }

    /**
     * Does something when the transaction that is running has committed: in this process, and at once. Whether it is done is not
     * sure, so a sweep must find what was left.
     */
    void after(Runnable next) {
        Deque<Runnable> waiting = FOLLOWERS.get();
        if (waiting != null) {
            waiting.add(next);
        }
    }

    private void follow(Runnable next) {
        try {
            next.run();
        } catch (RuntimeException fault) {
            log.warn("What was to follow a commit failed; the next sweep does it: {}", fault.getMessage());
        }
    }

    /**
     * Runs the body in a transaction, again and again while its fault may pass and {@code goOn} agrees. The body must find out
     * itself whether an earlier try holds: a COMMIT may have reached the server although its answer did not come back.
     */
    void persist(Runnable body, Supplier<Boolean> goOn) {
        for (int attempt = 1; ; attempt++) {
            try {
                run(body);
                return;
            } catch (RuntimeException fault) {
                if (!DatabaseFaults.mayPass(fault) || !goOn.get()) {
                    throw fault;
                }
                log.warn("Commit attempt {} failed, trying again: {}", attempt, fault.getMessage());
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(Math.min(1000, PAUSE_MS << Math.min(attempt, 4)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted between two attempts to commit", stopped);
        }
    }
}
