package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a body of an API whole, counting: graphs up to 2 MB, conversations up to 1 MB, all else up to 64 KB, whatever its
 * declared length. What comes through is one JSON value in UTF-8 that breaks no rule of {@link JsonGate}; where graphs may be YAML, that in UTF-8.
 */
@Component
@Order(FilterOrder.BODY)
final class BodyFilter extends OncePerRequestFilter {

    static final int GRAPH_LIMIT = 2 * 1024 * 1024;
    static final int LIMIT = 64 * 1024;
    static final int CONVERSATION_LIMIT = 1_000_000;

    private static final Pattern GRAPH_BODIES =
            Pattern.compile("/api/v1/graphs(/validate|/import|/[^/]+/draft|/[^/]+/layout)?");
    private static final Pattern YAML_BODIES = Pattern.compile("/api/v1/graphs/(validate|import)");
    private static final Set<String> YAML =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml");

    private final ProblemWriter problems;

    BodyFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api/") && !isForeign(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        byte[] body;
        try {
            body = read(request);
            if (body.length > 0) {
                check(request, body);
            }
        } catch (ProblemException problem) {
            problems.write(problem, request, response);
            return;
        }
        chain.doFilter(new BufferedRequest(request, body), response);
    }

    private static byte[] read(HttpServletRequest request) throws IOException {
        int limit = limit(request);
        if (request.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        ServletInputStream stream = request.getInputStream();
        byte[] body = stream.readNBytes(limit + 1);
        if (body.length > limit) {
            throw tooLarge(limit);
        }
        return body;
    }

    private static int limit(HttpServletRequest request) {
        if (isForeign(request)) {
            return CONVERSATION_LIMIT;
        }
        return isGraph(request) ? GRAPH_LIMIT : LIMIT;
    }

    private static ProblemException tooLarge(int limit) {
        return new ProblemException(
                ProblemType.TOO_LARGE, "The body is larger than %d bytes, the limit here.".formatted(limit));
    }

    private static void check(HttpServletRequest request, byte[] body) {
        MediaType type = mediaType(request.getContentType());
        Charset charset = type.getCharset();
        boolean isUtf8 = charset == null || charset.equals(StandardCharsets.UTF_8);
        boolean mayBeYaml = YAML_BODIES.matcher(request.getRequestURI()).matches();
        if (mayBeYaml && isUtf8 && YAML.contains(type.getType() + "/" + type.getSubtype())) {
            JsonGate.decode(body); // its reader judges the rest
            return;
        }
        if (!MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type) || !isUtf8) {
            throw unsupported("The body is '" + type + "'. Send 'Content-Type: application/json'"
                    + (mayBeYaml ? " or 'application/yaml'" : "") + " in UTF-8.");
        }
        boolean mayHoldNulls = isGraph(request) || isForeign(request);
        JsonGate.check(body, mayHoldNulls ? JsonGate.Nulls.LEFT_TO_RULES : JsonGate.Nulls.REFUSED);
    }

    private static MediaType mediaType(@Nullable String declared) {
        if (declared == null) {
            throw unsupported("The body has no Content-Type. Send 'Content-Type: application/json'.");
        }
        try {
            return MediaType.parseMediaType(declared);
        } catch (IllegalArgumentException unreadable) {
            throw unsupported("The Content-Type cannot be read. Send 'Content-Type: application/json'.");
        }
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    /** Whether the body is of an API that others have defined. */
    private static boolean isForeign(HttpServletRequest request) {
        return ProblemShape.of(request.getRequestURI()) != ProblemShape.DOCUMENT;
    }

    private static boolean isGraph(HttpServletRequest request) {
        return GRAPH_BODIES.matcher(request.getRequestURI()).matches();
    }
}
