package dev.kvasir.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that read a model's weights, in the order in which work is given to them. */
final class ReaderThreads implements AutoCloseable {

    private final ExecutorService threads;
    private final List<Future<?>> started = new ArrayList<>();

    ReaderThreads(int count) {
        threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("weights-", 0).daemon().factory());
    }

    void start(Runnable work) {
        started.add(threads.submit(work));
    }

    /** Waits for all that was started, and throws what the first that failed has thrown. */
    void await() {
        try {
            for (Future<?> work : started) {
                work.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while weights were read.", interrupted);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException fault -> throw fault;
                case Error fault -> throw fault;
                case null, default -> throw new IllegalStateException("Weights could not be read.", failed);
            }
        }
    }

    /** Drops what has not begun and waits for what has: nobody writes into the weights afterwards. */
    void stop() {
        started.forEach(work -> work.cancel(false));
        threads.close();
    }

    @Override
    public void close() {
        stop();
    }
}
