package dev.kvasir.access;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what Tomcat refuses before anything of ours sees it: bad addresses, bad headers, headers without end. Made by
 * Tomcat, by its class name.
 */
public final class ProblemValve extends ErrorReportValve {

    private static final JsonMapper JSON = StrictJson.mapper();

    @Override
    protected void report(Request request, Response response, @Nullable Throwable fault) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.ofStatus(status);
        ProblemException problem = new ProblemException(type, type.title() + ". " + type.cure());
        try {
            String path = request.getRequestURI();
            ProblemShape shape = path == null ? ProblemShape.DOCUMENT : ProblemShape.of(path);
            response.setStatus(shape.status(problem));
            response.setContentType(shape.mediaType());
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader("X-Content-Type-Options", "nosniff");
            Writer writer = response.getReporter();
            if (writer != null) {
                ProblemDocument document = ProblemDocument.of(problem, null, RequestId.of(request.getRequest()));
                writer.write(JSON.writeValueAsString(shape.body(problem, document, JSON)));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException gone) {
            // The connection broke while the refusal was written; there is nobody left to tell.
            return;
        }
    }
}
