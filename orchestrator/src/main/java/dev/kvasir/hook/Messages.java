package dev.kvasir.hook;

import dev.kvasir.hook.DueDelivery.Event;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunJson;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.Runs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a webhook is told: the event's name, its message's id, its time, and the run as it is when it is first told. */
final class Messages {

    /** Beyond this a run is told without its input and output. */
    private static final int MOST_BYTES = 1_000_000;

    private static final String WITHOUT_IO = "core,metrics";

    private final Runs runs;
    private final RunJson views;
    private final JsonMapper json;

    Messages(Runs runs, RunJson views, JsonMapper json) {
        this.runs = runs;
        this.views = views;
        this.json = json;
    }

    /** The body of a message; empty if the run is gone. */
    Optional<String> body(DueDelivery delivery) {
        Event event = delivery.event();
        RunId id = event.run();
        return id == null ? Optional.empty() : runs.find(event.owner(), id).map(run -> bounded(delivery, run));
    }

    private String bounded(DueDelivery delivery, RunRecord run) {
        String whole = body(delivery, run, delivery.receiver().fields()).toString();
        if (whole.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) {
            return whole;
        }
        ObjectNode trimmed = body(delivery, run, WITHOUT_IO);
        ((ObjectNode) trimmed.path("data")).put("truncated", true);
        return trimmed.toString();
    }

    private ObjectNode body(DueDelivery delivery, RunRecord run, String fields) {
        Event event = delivery.event();
        ObjectNode data = views.run(run, fields);
        if (!event.name().startsWith("run.")) {
            data.set("event", detail(event, run.id()));
        }
        ObjectNode body = json.createObjectNode()
                .put("type", event.name())
                .put("id", delivery.message().toString());
        body.set("at", json.valueToTree(event.at()));
        return body.set("data", data);
    }

    /** What the event itself tells, such as which question waits for an answer. */
    private ObjectNode detail(Event event, RunId run) {
        List<EventRecord> found = runs.events(event.owner(), run, event.seq() - 1, 1);
        ObjectNode detail = json.createObjectNode();
        if (!found.isEmpty()) {
            EventRecord one = found.getFirst();
            if (one.node() != null) {
                detail.put("node", one.node());
            }
            if (one.data() instanceof ObjectNode data) {
                detail.setAll(data);
            }
        }
        return detail;
    }
}
