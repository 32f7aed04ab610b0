package dev.kvasir.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one worker process alive beside the server: native code can take a process down, and must not take the server
 * with it. A worker that ends is started again after 1, 2, 4 ... 60 seconds; one that lived for a minute starts the row
 * anew.
 */
final class WorkerSupervisor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerSupervisor.class);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(28);

    private final List<String> command;
    private final Map<String, String> environment;
    private final Thread keeper;
    private volatile boolean closing;
    private volatile @Nullable Process worker;

    private WorkerSupervisor(List<String> command, Map<String, String> environment) {
        this.command = command;
        this.environment = environment;
        this.keeper = Thread.ofPlatform().name("worker-supervisor").daemon().unstarted(this::keep);
    }

    /**
     * Starts a worker from the same jar and Java as this process.
     *
     * @param environment what the worker is told beside this process's own environment
     */
    static WorkerSupervisor start(Map<String, String> environment) {
        WorkerSupervisor supervisor = new WorkerSupervisor(command(), environment);
        supervisor.keeper.start();
        return supervisor;
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(OwnProcess.command());
        command.add("worker");
        return command;
    }

    private void keep() {
        Duration pause = SHORTEST;
        while (!closing) {
            long started = System.nanoTime();
            int code = runOnce();
            if (closing) {
                return;
            }
            boolean lasted = System.nanoTime() - started > LONGEST.toNanos();
            pause = lasted ? SHORTEST : pause;
            log.warn("The worker ended with code {}; the next one starts in {} s", code, pause.toSeconds());
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
    }

    private int runOnce() {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
            Process started = builder.start();
            worker = started;
            if (closing) {
                started.destroy();
            }
            return started.waitFor();
        } catch (IOException failed) {
            log.warn("The worker could not be started: {}", failed.getMessage());
            return -1;
        } catch (InterruptedException interrupted) {
            closing = true;
            return -1;
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the worker drain and waits for its end. */
    @Override
    public void close() {
        closing = true;
        Process running = worker;
        if (running == null) {
            keeper.interrupt();
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        keeper.interrupt();
    }
}
