package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * Reads the body of a request that others have shaped: counted, UTF-8, and JSON that breaks no rule of the API's but one, for others do
 * send null.
 */
public final class ForeignBody {

    private ForeignBody() {}

    /**
     * The bytes as they came, for signatures are over these.
     *
     * @param limit most bytes
     * @return empty if there is no body
     * @throws ProblemException {@code too-large}, {@code unsupported-media-type} or {@code malformed-json}
     */
    public static byte[] json(HttpServletRequest request, int limit) throws IOException {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        byte[] body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw tooLarge(limit);
        }
        if (body.length > 0) {
            requireJson(request.getContentType());
            JsonGate.check(body, JsonGate.Nulls.LEFT_TO_RULES);
        }
        return body;
    }

    private static void requireJson(@Nullable String declared) {
        if (!isJson(declared)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is not declared as JSON. Send 'Content-Type: application/json' in UTF-8.");
        }
    }

    private static boolean isJson(@Nullable String declared) {
        if (declared == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(declared);
            Charset charset = type.getCharset();
            String kind = type.getSubtype().toLowerCase(Locale.ROOT);
            return type.getType().equalsIgnoreCase("application")
                    && (kind.equals("json") || kind.endsWith("+json"))
                    && (charset == null || charset.equals(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static ProblemException tooLarge(int limit) {
        return new ProblemException(
                ProblemType.TOO_LARGE, "The body is larger than %d bytes, the limit here.".formatted(limit));
    }
}
