package dev.kvasir.mcp;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Messages as they go out: one body of JSON, or events of which the last is the answer. */
final class RpcOutput {

    private final HttpServletResponse response;

    RpcOutput(HttpServletResponse response) {
        this.response = response;
        response.setHeader("Cache-Control", "no-store");
    }

    static ObjectNode result(JsonNode id, ObjectNode result) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.set("result", result);
        return answer;
    }

    static ObjectNode error(JsonNode id, RpcException fault) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.putObject("error").put("code", fault.code()).put("message", String.valueOf(fault.getMessage()));
        return answer;
    }

    /** Tells a client its session. */
    void begin(Session session) {
        response.setHeader(Session.HEADER, session.id());
    }

    void accepted() {
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
    }

    void body(int status, JsonNode message) throws IOException {
        byte[] bytes = message.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }

    void beginEvents() throws IOException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
    }

    void event(JsonNode message) throws IOException {
        write("event: message\ndata: " + message + "\n\n");
    }

    void silence() throws IOException {
        write(": keep-alive\n\n");
    }

    private void write(String text) throws IOException {
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
    }
}
