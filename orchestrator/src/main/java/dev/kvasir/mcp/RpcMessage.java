package dev.kvasir.mcp;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One message of JSON-RPC 2.0 as MCP has it: ids are texts or whole numbers, parameters are objects. */
sealed interface RpcMessage {

    /** Asks for an answer. */
    record Request(JsonNode id, String method, ObjectNode params) implements RpcMessage {}

    /** Asks for none. */
    record Notification(String method, ObjectNode params) implements RpcMessage {}

    /** Answers a question; none is ever asked here. */
    record Answer() implements RpcMessage {}

    /**
     * Reads a message.
     *
     * @throws RpcException if it is none
     */
    static RpcMessage read(JsonNode value) {
        if (!(value instanceof ObjectNode message)
                || !message.path("jsonrpc").asString("").equals("2.0")) {
            throw new RpcException(
                    RpcException.NO_REQUEST,
                    "The body is no JSON-RPC 2.0 message. Send an object with \"jsonrpc\": \"2.0\".");
        }
        JsonNode method = message.path("method");
        if (method.isMissingNode() && (message.has("result") || message.has("error"))) {
            return new Answer();
        }
        if (!method.isString()) {
            throw new RpcException(RpcException.NO_REQUEST, "The message names no method.");
        }
        ObjectNode params = params(message);
        if (!message.has("id")) {
            return new Notification(method.stringValue(), params);
        }
        JsonNode id = message.get("id");
        if (!id.isString() && !id.isIntegralNumber()) {
            throw new RpcException(RpcException.NO_REQUEST, "The message's id must be a text or a whole number.");
        }
        return new Request(id, method.stringValue(), params);
    }

    private static ObjectNode params(ObjectNode message) {
        JsonNode params = message.get("params");
        if (params == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (params instanceof ObjectNode object) {
            return object;
        }
        throw new RpcException(RpcException.NO_REQUEST, "The message's params must be an object.");
    }
}
