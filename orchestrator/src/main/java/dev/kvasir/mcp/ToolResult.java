package dev.kvasir.mcp;

import dev.kvasir.graph.ReplySource;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.StepFault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a call of a tool answers: text for models, and structure for programs. */
final class ToolResult {

    private static final String RUN = "dev.kvasir/run";

    private ToolResult() {}

    /** A call that was refused before it became a run. */
    static ObjectNode refused(String sentence) {
        return text(sentence).put("isError", true);
    }

    /**
     * What has become of a call's run.
     *
     * @param page where people see the run
     */
    static ObjectNode of(Tool tool, RunRecord run, String page) {
        return of(
                run,
                switch (run.state()) {
                    case SUCCEEDED -> succeeded(tool, run);
                    case WAITING -> waiting(run, page);
                    case FAILED -> refused(sentence(run));
                    case CANCELLED -> refused("Run %s was cancelled.".formatted(run.id()));
                    case TIMED_OUT ->
                        refused(
                                "Run %s took longer than it may. Give it more time in the graph's settings, or ask for less."
                                        .formatted(run.id()));
                    case QUEUED, RUNNING -> throw new IllegalStateException("Run " + run.id() + " has not ended");
                });
    }

    private static ObjectNode of(RunRecord run, ObjectNode result) {
        result.putObject("_meta").put(RUN, run.id().toString());
        return result;
    }

    private static ObjectNode succeeded(Tool tool, RunRecord run) {
        JsonNode output = run.output() == null ? JsonNodeFactory.instance.objectNode() : run.output();
        JsonNode reply = ReplySource.output(tool.graph()).map(output::path).orElse(output);
        ObjectNode result = text(reply.isString() ? reply.stringValue() : reply.toString());
        result.set("structuredContent", output);
        return result.put("isError", false);
    }

    /** The run goes on by itself when somebody has answered; the call does not wait for days. */
    private static ObjectNode waiting(RunRecord run, String page) {
        ObjectNode result = text("Run %s waits for a person. Answer it here: %s".formatted(run.id(), page));
        result.putObject("structuredContent")
                .put("run", run.id().toString())
                .put("state", run.state().name())
                .put("url", page);
        return result.put("isError", false);
    }

    private static String sentence(RunRecord run) {
        StepFault fault = run.error();
        if (fault == null) {
            return "Run %s failed.".formatted(run.id());
        }
        return fault.node() == null ? fault.detail() : "Node '%s' failed: %s".formatted(fault.node(), fault.detail());
    }

    private static ObjectNode text(String text) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }
}
