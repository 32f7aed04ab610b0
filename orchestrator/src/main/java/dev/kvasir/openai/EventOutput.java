package dev.kvasir.openai;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** Server-sent events, each sent at once; what cannot be sent says that the client has hung up. */
final class EventOutput {

    private final HttpServletResponse response;

    private EventOutput(HttpServletResponse response) {
        this.response = response;
    }

    /** Begins the answer; from here on nothing of its head can change. */
    static EventOutput begin(HttpServletResponse response) throws IOException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
        return new EventOutput(response);
    }

    void data(JsonNode data) throws IOException {
        write("data: " + data + "\n\n");
    }

    void event(String name, JsonNode data) throws IOException {
        write("event: " + name + "\ndata: " + data + "\n\n");
    }

    /** Tells chats that nothing follows. */
    void done() throws IOException {
        write("data: [DONE]\n\n");
    }

    void silence() throws IOException {
        write(": keep-alive\n\n");
    }

    private void write(String text) throws IOException {
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
    }
}
