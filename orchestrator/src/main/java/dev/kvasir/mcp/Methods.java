package dev.kvasir.mcp;

import dev.kvasir.access.Caller;
import dev.kvasir.mcp.RpcMessage.Request;
import dev.kvasir.mcp.ToolCalls.Call;
import dev.kvasir.mcp.ToolCalls.Listener;
import dev.kvasir.run.QueueFullException;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.RunRefusedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What clients may ask: to begin, for a sign of life, for the tools, and to call one. */
@Component
@Profile("!worker")
final class Methods {

    private static final String INSTRUCTIONS =
            "Each tool runs a published graph of agents with the arguments as its input, and answers with its output.";

    private final Tools tools;
    private final ToolCalls calls;

    Methods(Tools tools, ToolCalls calls) {
        this.tools = tools;
        this.calls = calls;
    }

    /**
     * Who asks, and whence.
     *
     * @param pages address of the pages of runs
     */
    record Asker(Caller caller, Session session, String pages) {}

    /**
     * The result of a request.
     *
     * @param listener hears of a called tool's run; null if nobody does
     * @throws RpcException if there is no such method, or its parameters are wrong
     */
    ObjectNode answer(Asker asker, Request request, @Nullable Listener listener)
            throws IOException, InterruptedException {
        return switch (request.method()) {
            case "initialize" -> initialize(request.params());
            case "ping" -> JsonNodeFactory.instance.objectNode();
            case "tools/list" -> list(asker, request.params());
            case "tools/call" -> call(asker, request, listener);
            default ->
                throw new RpcException(
                        RpcException.NO_METHOD,
                        "There is no method '%s' here. There are initialize, ping, tools/list and tools/call."
                                .formatted(shortened(request.method())));
        };
    }

    private static ObjectNode initialize(ObjectNode params) {
        JsonNode version = params.path("protocolVersion");
        if (!version.isString()) {
            throw wrong("protocolVersion must be a text, such as \"2025-11-25\".");
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put(
                "protocolVersion",
                ProtocolVersion.negotiated(version.stringValue()).date());
        result.putObject("capabilities").putObject("tools").put("listChanged", false);
        String built = Methods.class.getPackage().getImplementationVersion();
        result.putObject("serverInfo")
                .put("name", "kvasir")
                .put("title", "Kvasir")
                .put("version", built == null ? "development" : built);
        return result.put("instructions", INSTRUCTIONS);
    }

    private ObjectNode list(Asker asker, ObjectNode params) {
        if (params.hasNonNull("cursor")) {
            throw wrong("The cursor is none of this list, which has one page. Leave it out.");
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        var list = result.putArray("tools");
        tools.list(asker.caller()).forEach(tool -> list.add(tool.json()));
        return result;
    }

    private ObjectNode call(Asker asker, Request request, @Nullable Listener listener)
            throws IOException, InterruptedException {
        Tool tool = tool(asker, request);
        JsonNode arguments = request.params().path("arguments");
        if (!arguments.isMissingNode() && !arguments.isObject()) {
            throw wrong("arguments must be an object.");
        }
        ObjectNode input = arguments instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        RunRecord run;
        try {
            run = calls.start(
                    new Call(asker.caller(), tool, input, asker.session().call(request.id())));
        } catch (RunRefusedException | QueueFullException refused) {
            return ToolResult.refused(String.valueOf(refused.getMessage()));
        }
        RunRecord ended =
                listener == null ? calls.await(asker.caller(), run) : calls.follow(asker.caller(), run, listener);
        return ToolResult.of(tool, ended, asker.pages() + run.id());
    }

    /**
     * The tool that a request names.
     *
     * @throws RpcException if there is none
     */
    Tool tool(Asker asker, Request request) {
        JsonNode name = request.params().path("name");
        if (!name.isString()) {
            throw wrong("name must be the name of a tool.");
        }
        return tools.find(asker.caller(), name.stringValue());
    }

    /** Takes note of what clients tell. */
    void take(Asker asker, RpcMessage.Notification notification) {
        JsonNode request = notification.params().path("requestId");
        if (notification.method().equals("notifications/cancelled") && !request.isMissingNode()) {
            calls.cancel(asker.caller(), asker.session(), request);
        }
    }

    private static RpcException wrong(String message) {
        return new RpcException(RpcException.WRONG_PARAMETERS, message);
    }

    private static String shortened(String method) {
        return method.length() > 100 ? method.substring(0, 100) : method;
    }
}
