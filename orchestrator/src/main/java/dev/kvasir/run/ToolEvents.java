package dev.kvasir.run;

import dev.kvasir.run.Journal.Entry;
import dev.kvasir.tool.ToolCall;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** What a run's events tell of calls: who was called with what, how long it took, and whether it failed; never what it returned. */
final class ToolEvents {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_ARGUMENTS = 2000;

    private ToolEvents() {}

    /**
     * One event to be.
     *
     * @param data an object
     */
    record Told(String name, ObjectNode data) {}

    static Told called(ToolCall call) {
        return new Told("tool.called", tool(call).put("arguments", bounded(call.arguments(), LONGEST_ARGUMENTS)));
    }

    static Told returned(ToolCall call, Duration time, boolean isError) {
        return new Told("tool.returned", tool(call).put("ms", time.toMillis()).put("isError", isError));
    }

    private static ObjectNode tool(ToolCall call) {
        return Entry.nothing().put("tool", bounded(call.name(), LONGEST_NAME));
    }

    private static String bounded(String text, int length) {
        return SafeText.storable(text.length() <= length ? text : text.substring(0, length) + "…");
    }
}
