package dev.kvasir.model.tokenizer;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for native code, which cannot be interrupted, for a limited time. What runs longer is left to a daemon thread; after
 * that nothing more is called.
 */
final class Watchdog {

    private final String file;
    private final Duration limit;
    private final AtomicBoolean stuck = new AtomicBoolean();

    Watchdog(String file, Duration limit) {
        this.file = file;
        this.limit = limit;
    }

    <T> T call(Callable<T> task) {
        if (stuck.get()) {
            throw new TokenizerStuckException(file, limit);
        }
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().name("tokenizer " + file).start(future);
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stuck.set(true);
            throw new TokenizerStuckException(file, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the tokenizer of %s was working".formatted(file), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("The tokenizer of %s failed".formatted(file), e.getCause());
        }
    }

    boolean isStuck() {
        return stuck.get();
    }
}
