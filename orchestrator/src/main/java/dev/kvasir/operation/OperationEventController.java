package dev.kvasir.operation;

import dev.kvasir.access.Caller;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** An operation's events: as a stream that ends with the operation, or as a list. */
@RestController
@Profile("!worker")
final class OperationEventController {

    /** Streams that one user may have open. */
    static final int STREAMS = 10;

    private static final String PATH = "/api/v1/operations/{operation}/events";
    private static final int LISTED = 1000;

    private final Map<UUID, AtomicInteger> open = new ConcurrentHashMap<>();
    private final Operations operations;
    private final OperationStreams streams;

    OperationEventController(Operations operations, OperationStreams streams) {
        this.operations = operations;
        this.streams = streams;
    }

    /**
     * Events as a list.
     *
     * @param lastSeq number of the operation's newest event
     */
    record EventList(List<ObjectNode> items, long lastSeq) {}

    @GetMapping(value = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    EventList list(
            @PathVariable String operation,
            @RequestParam(required = false) @Nullable String after,
            @AuthenticationPrincipal Caller caller) {
        OperationRecord found = find(operation, caller);
        List<ObjectNode> events =
                operations.events(caller.userId(), found.id(), after(after, null, found), LISTED).stream()
                        .map(OperationStreams::view)
                        .toList();
        return new EventList(events, found.lastEvent());
    }

    @GetMapping(value = PATH, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(
            @PathVariable String operation,
            @RequestParam(required = false) @Nullable String after,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @AuthenticationPrincipal Caller caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        OperationRecord found = find(operation, caller);
        long from = after(after, lastEventId, found);
        AtomicInteger mine = open.computeIfAbsent(caller.userId(), user -> new AtomicInteger());
        try {
            if (mine.incrementAndGet() > STREAMS) {
                throw new ProblemException(
                                ProblemType.RATE_LIMITED,
                                "%d streams are open already, the limit. Close one.".formatted(STREAMS))
                        .withHeader("Retry-After", "5");
            }
            streams.serve(new OperationStreams.Position(caller.userId(), found.id(), from), response);
        } finally {
            mine.decrementAndGet();
        }
    }

    private OperationRecord find(String operation, Caller caller) {
        return operations
                .find(caller.userId(), OperationController.id(operation))
                .orElseThrow(() -> OperationController.missing(operation));
    }

    private static long after(@Nullable String parameter, @Nullable String header, OperationRecord operation) {
        String text = header != null ? header : parameter;
        if (text == null) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0 && after <= operation.lastEvent()) {
                return after;
            }
        } catch (NumberFormatException notANumber) {
            throw invalid(operation);
        }
        throw invalid(operation);
    }

    private static ProblemException invalid(OperationRecord operation) {
        return new ProblemException(
                ProblemType.INVALID_EVENT_ID,
                "The event id must be a number from 0 to %d, the operation's last.".formatted(operation.lastEvent()));
    }
}
