package dev.kvasir.access;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Those who follow one kind of events: where they begin, and how many streams each may have open. */
public final class EventReaders {

    /** Streams of one kind that one user may have open. */
    public static final int STREAMS = 10;

    private final Map<UUID, AtomicInteger> open = new ConcurrentHashMap<>();
    private final String kind;
    private final int most;

    /** @param kind whose events they are, as its refusals call it: {@code run} */
    public EventReaders(String kind) {
        this(kind, STREAMS);
    }

    /** @param most streams that one user may have open */
    public EventReaders(String kind, int most) {
        this.kind = kind;
        this.most = most;
    }

    /** What a stream does until it ends. */
    @FunctionalInterface
    public interface Stream {

        /** Writes until there is nothing more to write. */
        void serve() throws IOException, InterruptedException;
    }

    /**
     * The last event that a reader knows.
     *
     * @param parameter {@code after}; used where there is no header
     * @param header {@code Last-Event-ID}
     * @param last number of the newest event
     * @throws ProblemException if it is no number from 0 to {@code last}
     */
    public long after(@Nullable String parameter, @Nullable String header, long last) {
        String text = header != null ? header : parameter;
        if (text == null) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0 && after <= last) {
                return after;
            }
        } catch (NumberFormatException notANumber) {
            throw invalid(last);
        }
        throw invalid(last);
    }

    private ProblemException invalid(long last) {
        return new ProblemException(
                ProblemType.INVALID_EVENT_ID,
                "The event id must be a number from 0 to %d, the %s's last.".formatted(last, kind));
    }

    /**
     * Serves one more stream of a user.
     *
     * @throws ProblemException if the user has too many open
     */
    public void serve(UUID user, Stream stream) throws IOException, InterruptedException {
        AtomicInteger mine = open.computeIfAbsent(user, _ -> new AtomicInteger());
        try {
            if (mine.incrementAndGet() > most) {
                throw new ProblemException(
                                ProblemType.RATE_LIMITED,
                                "%d streams are open already, the limit. Close one.".formatted(most))
                        .withHeader("Retry-After", "5");
            }
            stream.serve();
        } finally {
            mine.decrementAndGet();
        }
    }
}
