package dev.kvasir.run;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Waits for news of a run. Notices wake it; without any it looks every second. */
@Component
@Profile("!worker")
public final class RunWaiter {

    private static final Duration POLL = Duration.ofSeconds(1);

    private final Runs runs;

    RunWaiter(Runs runs) {
        this.runs = runs;
    }

    /** News of one run, until it is closed. */
    public final class News implements AutoCloseable {

        private final Semaphore signal = new Semaphore(0);
        private final Runnable end;

        private News(RunId run) {
            end = runs.onNews(about -> {
                if (about.isEmpty() || about.get().equals(run)) {
                    signal.release();
                }
            });
        }

        /** Returns at news, or after a second at most. */
        public void await(Duration longest) throws InterruptedException {
            Duration wait = longest.compareTo(POLL) < 0 ? longest : POLL;
            if (signal.tryAcquire(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)) {
                signal.drainPermits();
            }
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /** Follows a run until the news are closed. */
    public News follow(RunId run) {
        return new News(run);
    }

    /** The run once it has ended, or as it is when the time is over. */
    public RunRecord ended(UUID owner, RunRecord run, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        RunRecord now = run;
        try (News news = follow(run.id())) {
            now = runs.find(owner, run.id()).orElse(now);
            while (!now.state().isFinal()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return now;
                }
                news.await(Duration.ofNanos(left));
                now = runs.find(owner, run.id()).orElse(now);
            }
        }
        return now;
    }
}
