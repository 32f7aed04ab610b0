package dev.kvasir.access;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * The answer to a POST as it is kept for repetitions.
 *
 * @param headers those that matter to the caller: where the thing is, what it is, its revision
 * @param body JSON
 */
record StoredAnswer(int status, Map<String, String> headers, String body) {

    private static final List<String> KEPT =
            List.of("Location", "Content-Type", "ETag", "Retry-After", "Allow", "Preference-Applied");

    StoredAnswer {
        headers = Map.copyOf(headers);
    }

    static StoredAnswer of(ContentCachingResponseWrapper answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : KEPT) {
            String value = answer.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        if (answer.getContentType() != null) {
            headers.put("Content-Type", answer.getContentType());
        }
        return new StoredAnswer(
                answer.getStatus(), headers, new String(answer.getContentAsByteArray(), StandardCharsets.UTF_8));
    }

    boolean isRefusal() {
        return status >= 400;
    }

    boolean isOurFault() {
        return status >= 500;
    }

    void replay(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        headers.forEach((name, value) -> {
            if ("Content-Type".equals(name)) {
                response.setContentType(value);
            } else {
                response.setHeader(name, value);
            }
        });
        response.setHeader("Idempotent-Replayed", "true");
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
}
