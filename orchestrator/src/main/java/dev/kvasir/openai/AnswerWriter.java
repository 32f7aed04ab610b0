package dev.kvasir.openai;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of this API as they come and go: JSON objects, their nulls left in. */
@Component
@Profile("!worker")
final class AnswerWriter {

    private final JsonMapper json;

    AnswerWriter(JsonMapper json) {
        this.json = json;
    }

    JsonNode read(byte[] body) {
        return json.readTree(body);
    }

    void write(ObjectNode answer, HttpServletResponse response) throws IOException {
        byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }
}
