package dev.kvasir.access;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Answers a request with a problem document, from wherever it is refused; other APIs than ours have their own shapes. */
@Component
final class ProblemWriter {

    static final String MEDIA_TYPE = "application/problem+json";

    private final JsonMapper json;

    ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /** Writes the document, unless the answer is already on its way. */
    void write(ProblemException problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        ProblemShape shape = ProblemShape.of(path(request));
        byte[] body = json.writeValueAsBytes(shape.body(problem, document(problem, request), json));
        response.setStatus(shape.status(problem));
        problem.headers().forEach(response::setHeader);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(shape.mediaType());
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /** Of the request as it came; the web server's own refusals arrive at the error page. */
    private static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String first
                ? first
                : request.getRequestURI();
    }

    ProblemDocument document(ProblemException problem, HttpServletRequest request) {
        return ProblemDocument.of(problem, request.getRequestURI(), RequestId.of(request));
    }
}
