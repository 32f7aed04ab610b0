package dev.kvasir.device;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Something's place on the ledger. Its pool's lock guards all but {@link #await}. */
final class Residence {

    private final String key;
    private final String name;
    private final CompletableFuture<Resident> settled = new CompletableFuture<>();
    private ResidentState state = ResidentState.LOADING;
    private long bytes;
    private long loadingBytes;
    private int users;
    private double heat;
    private Instant lastUse;
    private Instant readySince = Instant.MAX;
    private Duration loadTime = Duration.ZERO;

    Residence(ResidentRequest<?> request, Instant now) {
        this.key = request.key();
        this.name = request.name();
        this.bytes = request.bytes();
        this.loadingBytes = request.loadingBytes();
        this.lastUse = now;
    }

    String key() {
        return key;
    }

    String name() {
        return name;
    }

    long bytes() {
        return bytes;
    }

    long loadingBytes() {
        return loadingBytes;
    }

    ResidentState state() {
        return state;
    }

    int users() {
        return users;
    }

    Instant lastUse() {
        return lastUse;
    }

    boolean isIdle() {
        return state == ResidentState.READY && users == 0;
    }

    /** Whether it has been there for so long that it may go. */
    boolean isSettledFor(Duration residency, Instant now) {
        return !readySince.plus(residency).isAfter(now);
    }

    void join(Instant now, Duration halfLife) {
        heat = heat(now, halfLife) + 1;
        lastUse = now;
        users++;
    }

    void leave() {
        users--;
    }

    void ready(Resident resident, Duration took, Instant now) {
        enter(ResidentState.READY);
        bytes = resident.bytes();
        loadingBytes = 0;
        loadTime = took;
        readySince = now;
        settled.complete(resident);
    }

    void fail(Throwable fault) {
        enter(ResidentState.FAILED);
        settled.completeExceptionally(fault);
    }

    void enter(ResidentState next) {
        if (!state.next().contains(next)) {
            throw new IllegalStateException("'" + name + "' cannot become " + next + " when it is " + state);
        }
        state = next;
    }

    /** What is lost when it goes: seconds of loading that its uses would cost again, for the bytes that it takes. */
    double value(Instant now, Duration halfLife) {
        double cost = Math.max(1, loadTime.toMillis());
        return heat(now, halfLife) * cost / Math.max(1, bytes);
    }

    ResidentSnapshot snapshot(boolean pinned) {
        return new ResidentSnapshot(key, name, state, bytes, users, pinned, loadTime);
    }

    /** Whatever the state, once it has been loaded. */
    Resident loaded() {
        return settled.join();
    }

    /** Waits until it is loaded, and throws what its loading failed with. */
    Resident await() {
        try {
            return settled.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw interruption(name, interrupted);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException fault -> throw fault;
                case Error fault -> throw fault;
                case null, default -> throw new IllegalStateException("'" + name + "' was loaded oddly.", failed);
            }
        }
    }

    static CancellationException interruption(String names, InterruptedException cause) {
        CancellationException cancelled = new CancellationException("Waiting for " + names + " was interrupted.");
        cancelled.initCause(cause);
        return cancelled;
    }

    private double heat(Instant now, Duration halfLife) {
        double lives = (double) Math.max(0, Duration.between(lastUse, now).toMillis()) / halfLife.toMillis();
        return heat * Math.pow(0.5, lives);
    }
}
