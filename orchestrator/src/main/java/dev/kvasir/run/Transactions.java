package dev.kvasir.run;

import dev.kvasir.dispatch.DatabaseFaults;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs a transaction, again if the database's fault may pass. None of ours spans a model call. */
final class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);
    private static final long PAUSE_MS = 50;

    private final TransactionTemplate template;

    Transactions(PlatformTransactionManager manager) {
        this.template = new TransactionTemplate(manager);
    }

    /** Runs the body in a transaction. */
    <T> T in(Supplier<T> body) {
        return template.execute(status -> body.get());
    }

    /** Runs the body in a transaction. */
    void run(Runnable body) {
        template.executeWithoutResult(status -> body.run());
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
