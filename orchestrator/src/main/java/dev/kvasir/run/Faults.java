package dev.kvasir.run;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes faults as they are stored, and reads them back. */
final class Faults {

    private final JsonMapper json;

    Faults(JsonMapper json) {
        this.json = json;
    }

    String write(StepFault fault) {
        return json(fault).toString();
    }

    ObjectNode json(StepFault fault) {
        ObjectNode node = json.createObjectNode()
                .put("code", fault.code())
                .put("detail", fault.detail())
                .put("retryable", fault.retryable());
        return fault.node() == null ? node : node.put("node", fault.node());
    }

    @Nullable
    StepFault read(@Nullable String text) {
        if (text == null) {
            return null;
        }
        JsonNode node = json.readTree(text);
        JsonNode where = node.get("node");
        return new StepFault(
                node.path("code").asString(""),
                node.path("detail").asString(""),
                node.path("retryable").asBoolean(false),
                where == null ? null : where.asString());
    }
}
