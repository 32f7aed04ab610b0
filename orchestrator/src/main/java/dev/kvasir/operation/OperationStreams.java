package dev.kvasir.operation;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Sends an operation's events as they are committed, without gaps, until the one after which nothing follows. */
@Component
@Profile("!worker")
final class OperationStreams {

    private static final Logger log = LoggerFactory.getLogger(OperationStreams.class);
    private static final int BATCH = 500;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Operations operations;

    OperationStreams(Operations operations) {
        this.operations = operations;
    }

    /**
     * Where a stream stands.
     *
     * @param after the last event that is known already
     */
    record Position(UUID owner, OperationId operation, long after) {
        Position at(long seq) {
            return new Position(owner, operation, seq);
        }
    }

    /** An event as the API answers it. */
    static ObjectNode view(OperationEvent event) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("seq", event.seq())
                .put("at", TIME.format(event.at()))
                .put("operationId", event.operationId().toString())
                .put("event", event.name());
        event.data().properties().forEach(field -> view.set(field.getKey(), field.getValue()));
        return view;
    }

    void serve(Position from, HttpServletResponse response) throws IOException, InterruptedException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        Semaphore news = new Semaphore(0);
        Runnable end = operations.onNews(about -> {
            if (about.isEmpty() || about.get().equals(from.operation())) {
                news.release();
            }
        });
        try {
            response.flushBuffer();
            follow(from, news, response);
        } finally {
            end.run();
        }
    }

    private void follow(Position from, Semaphore news, HttpServletResponse response)
            throws IOException, InterruptedException {
        OutputStream out = response.getOutputStream();
        Position at = from;
        long spoken = System.nanoTime();
        while (true) {
            List<OperationEvent> events = read(at);
            for (OperationEvent event : events) {
                out.write(frame(event));
                at = at.at(event.seq());
                if (event.isTerminal()) {
                    response.flushBuffer();
                    return;
                }
            }
            boolean isSilent = System.nanoTime() - spoken > KEEP_ALIVE.toNanos();
            if (events.isEmpty() && isSilent) {
                out.write(COMMENT);
            }
            if (!events.isEmpty() || isSilent) {
                response.flushBuffer();
                spoken = System.nanoTime();
            }
            if (events.size() < BATCH && news.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
            if (events.isEmpty() && isOver(at)) {
                return;
            }
        }
    }

    /** A stream that starts behind the last event of an ended operation has nothing to wait for. */
    private boolean isOver(Position at) {
        try {
            return operations
                    .find(at.owner(), at.operation())
                    .map(found -> found.state().isFinal() && found.lastEvent() <= at.after())
                    .orElse(true);
        } catch (DataAccessException | TransactionException away) {
            return false;
        }
    }

    private List<OperationEvent> read(Position at) {
        try {
            return operations.events(at.owner(), at.operation(), at.after(), BATCH);
        } catch (DataAccessException | TransactionException away) {
            log.debug("The database is away; the stream of {} goes on when it is back", at.operation(), away);
            return List.of();
        }
    }

    private static byte[] frame(OperationEvent event) {
        JsonNode data = view(event);
        return ("id: " + event.seq() + "\nevent: " + event.name() + "\ndata: " + data + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
