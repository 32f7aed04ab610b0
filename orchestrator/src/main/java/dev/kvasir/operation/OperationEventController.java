package dev.kvasir.operation;

import dev.kvasir.access.Caller;
import dev.kvasir.access.EventReaders;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
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

    private static final String PATH = "/api/v1/operations/{operation}/events";
    private static final int LISTED = 1000;

    private final EventReaders readers = new EventReaders("operation");
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
                operations
                        .events(caller.userId(), found.id(), readers.after(after, null, found.lastEvent()), LISTED)
                        .stream()
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
        long from = readers.after(after, lastEventId, found.lastEvent());
        OperationStreams.Position position = new OperationStreams.Position(caller.userId(), found.id(), from);
        readers.serve(caller.userId(), () -> streams.serve(position, response));
    }

    private OperationRecord find(String operation, Caller caller) {
        return operations
                .find(caller.userId(), OperationController.id(operation))
                .orElseThrow(() -> OperationController.missing(operation));
    }
}
