package dev.kvasir.run;

import dev.kvasir.access.Caller;
import dev.kvasir.access.EventReaders;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
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

/** A run's events: as a stream that ends with the run, or as a list. */
@RestController
@Profile("!worker")
final class RunEventController {

    private static final int LISTED = 1000;

    private final EventReaders readers = new EventReaders("run");
    private final Runs runs;
    private final RunJson views;
    private final EventStreams streams;

    RunEventController(Runs runs, RunJson views, EventStreams streams) {
        this.runs = runs;
        this.views = views;
        this.streams = streams;
    }

    /**
     * Events as a list.
     *
     * @param lastSeq number of the run's newest event
     */
    record EventList(List<ObjectNode> items, long lastSeq) {}

    @GetMapping(value = "/api/v1/runs/{run}/events", produces = MediaType.APPLICATION_JSON_VALUE)
    EventList list(
            @PathVariable String run,
            @RequestParam(required = false) @Nullable String after,
            @AuthenticationPrincipal Caller caller) {
        RunRecord found = find(run, caller);
        List<ObjectNode> events =
                runs.events(caller.userId(), found.id(), readers.after(after, null, found.lastEvent()), LISTED).stream()
                        .map(views::event)
                        .toList();
        return new EventList(events, found.lastEvent());
    }

    @GetMapping(value = "/api/v1/runs/{run}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(
            @PathVariable String run,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String include,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @AuthenticationPrincipal Caller caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        RunRecord found = find(run, caller);
        long from = readers.after(after, lastEventId, found.lastEvent());
        if (include != null && !include.equals("snapshot")) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "include names snapshot only.");
        }
        EventStreams.Request request = new EventStreams.Request(caller.userId(), found, from, include != null);
        readers.serve(caller.userId(), () -> streams.serve(request, response));
    }

    private RunRecord find(String run, Caller caller) {
        return runs.find(caller.userId(), RunController.id(run))
                .orElseThrow(() -> ProblemException.notFound("run", run));
    }
}
