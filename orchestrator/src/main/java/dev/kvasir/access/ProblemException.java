package dev.kvasir.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused or cannot be served; it is answered with a problem document.
 *
 * <p>The message is the document's {@code detail}: it says what, where and how to mend it, and holds no path, no SQL and
 * no secret.
 */
public final class ProblemException extends RuntimeException {

    /** The most faults one document tells of. */
    public static final int MAX_FAULTS = 100;

    private final ProblemType type;
    private final transient List<ProblemFault> faults;
    private final transient Map<String, String> headers;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of(), Map.of(), null);
    }

    public ProblemException(ProblemType type, String detail, List<ProblemFault> faults) {
        this(type, detail, faults, Map.of(), null);
    }

    private ProblemException(
            ProblemType type,
            String detail,
            List<ProblemFault> faults,
            Map<String, String> headers,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.type = type;
        this.faults = faults.stream().limit(MAX_FAULTS).toList();
        this.headers = Map.copyOf(headers);
    }

    /** The same problem, answered with one more header, such as {@code ETag} or {@code Retry-After}. */
    public ProblemException withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ProblemException(type, detail(), faults, more, getCause());
    }

    /** Something that does not exist, or not for this caller. */
    public static ProblemException notFound(String what, String name) {
        return new ProblemException(ProblemType.NOT_FOUND, "There is no " + what + " '" + name + "'.");
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        String message = getMessage();
        return message == null ? type.title() : message;
    }

    public List<ProblemFault> faults() {
        return faults;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
