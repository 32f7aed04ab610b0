package dev.kvasir.run;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.JsonNode;

/**
 * Sends a run's events as they are committed, without gaps, until the one after which nothing follows. Each stream has a
 * virtual thread; whoever reads too slowly blocks only that, and is dropped by the connector's write timeout.
 */
@Component
@Profile("!worker")
final class EventStreams {

    private static final Logger log = LoggerFactory.getLogger(EventStreams.class);
    private static final int BATCH = 500;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

    private final Runs runs;
    private final RunWaiter waiter;
    private final RunJson views;

    EventStreams(Runs runs, RunWaiter waiter, RunJson views) {
        this.runs = runs;
        this.waiter = waiter;
        this.views = views;
    }

    /**
     * What is followed.
     *
     * @param after the last event that is known already
     * @param snapshot whether the run as it is goes first
     */
    record Request(UUID owner, RunRecord run, long after, boolean snapshot) {}

    void serve(Request request, HttpServletResponse response) throws IOException, InterruptedException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        OutputStream out = response.getOutputStream();
        try (RunWaiter.News news = waiter.follow(request.run().id())) {
            long after = request.after();
            if (request.snapshot()) {
                RunRecord run = request.run();
                after = run.lastEvent();
                JsonNode whole = views.run(run, RunJson.Part.of("core,io,metrics"));
                out.write(frame(after, "snapshot", whole));
            }
            response.flushBuffer();
            if (request.snapshot() && request.run().state().isFinal()) {
                return;
            }
            follow(new Position(request.owner(), request.run().id(), after), news, response);
        }
    }

    private record Position(UUID owner, RunId run, long after) {
        Position at(long seq) {
            return new Position(owner, run, seq);
        }
    }

    private void follow(Position from, RunWaiter.News news, HttpServletResponse response)
            throws IOException, InterruptedException {
        OutputStream out = response.getOutputStream();
        Position at = from;
        long spoken = System.nanoTime();
        while (true) {
            List<EventRecord> events = read(at);
            for (EventRecord event : events) {
                out.write(frame(event.seq(), event.name(), views.event(event)));
                at = at.at(event.seq());
                if (event.isTerminal()) {
                    response.flushBuffer();
                    return;
                }
            }
            if (!events.isEmpty()) {
                response.flushBuffer();
                spoken = System.nanoTime();
            } else if (System.nanoTime() - spoken > KEEP_ALIVE.toNanos()) {
                out.write(COMMENT);
                response.flushBuffer();
                spoken = System.nanoTime();
            }
            if (events.size() < BATCH) {
                news.await(KEEP_ALIVE);
            }
            if (events.isEmpty() && isOver(at)) {
                return;
            }
        }
    }

    /** A stream that starts behind the last event of an ended run has nothing to wait for. */
    private boolean isOver(Position at) {
        try {
            return runs.find(at.owner(), at.run())
                    .map(run -> run.state().isFinal() && run.lastEvent() <= at.after())
                    .orElse(true);
        } catch (DataAccessException | TransactionException away) {
            return false;
        }
    }

    private List<EventRecord> read(Position at) {
        try {
            return runs.events(at.owner(), at.run(), at.after(), BATCH);
        } catch (DataAccessException | TransactionException away) {
            log.debug("The database is away; the stream of {} goes on when it is back", at.run(), away);
            return List.of();
        }
    }

    private static byte[] frame(long id, String name, JsonNode data) {
        return ("id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
