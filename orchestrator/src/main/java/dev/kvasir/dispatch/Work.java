package dev.kvasir.dispatch;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An island in a worker's hands. Safe for several threads. */
public final class Work {

    private final Lease lease;
    private final long startedAt = System.nanoTime();
    private final AtomicReference<@Nullable StopReason> stopReason = new AtomicReference<>();
    private volatile @Nullable Thread thread;
    private volatile long renewedAt = startedAt;
    private volatile long movedAt = startedAt;
    private volatile long stoppedAt;
    private volatile long reportedMove = startedAt;

    Work(Lease lease) {
        this.lease = lease;
    }

    public Lease lease() {
        return lease;
    }

    /** Tells that the work moved: a token, a layer, a loaded chunk. */
    public void moved() {
        movedAt = System.nanoTime();
    }

    /** Why it is to stop; null while it may go on. */
    public @Nullable StopReason stopReason() {
        return stopReason.get();
    }

    public boolean isStopped() {
        return stopReason.get() != null;
    }

    /** The thread that does it; null before it starts and after its end. */
    public @Nullable Thread thread() {
        return thread;
    }

    void runOn(@Nullable Thread worker) {
        thread = worker;
    }

    /** Stops it, unless it is stopped already. */
    boolean stop(StopReason reason) {
        if (!stopReason.compareAndSet(null, reason)) {
            return false;
        }
        stoppedAt = System.nanoTime();
        return true;
    }

    void renewedAt(long nanos) {
        renewedAt = nanos;
    }

    long sinceRenewed() {
        return System.nanoTime() - renewedAt;
    }

    long sinceMoved() {
        return System.nanoTime() - movedAt;
    }

    /** Nanoseconds since it came into this worker's hands. */
    public long sinceStarted() {
        return System.nanoTime() - startedAt;
    }

    /** How long ago it was stopped; 0 while it may go on. */
    long sinceStopped() {
        return isStopped() ? System.nanoTime() - stoppedAt : 0;
    }

    /** Whether it has moved since this was last asked. */
    boolean takeMoved() {
        long moved = movedAt;
        boolean news = moved != reportedMove;
        reportedMove = moved;
        return news;
    }
}
