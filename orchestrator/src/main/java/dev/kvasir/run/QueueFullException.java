package dev.kvasir.run;

/** Too many runs wait to be started. */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueueFullException(long queued, int limit) {
        super(String.format(
                "%d runs are queued; the limit is %d (kvasir.run.queue-limit). Try again later, or cancel runs.",
                queued, limit));
    }
}
