package dev.kvasir.mcp;

import dev.kvasir.access.ProblemException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's conversation with the server. Nothing is kept of it here: its id tells requests apart that two clients of one user
 * number alike, and stands in the labels of the runs that they start, where any server of the installation finds it.
 */
record Session(@Nullable String id) {

    static final String HEADER = "Mcp-Session-Id";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    static Session fresh() {
        return new Session(UUID.randomUUID().toString().replace("-", ""));
    }

    /**
     * The session that a request belongs to.
     *
     * @throws ProblemException if no server of ours has begun it
     */
    static Session of(@Nullable String header) {
        if (header != null && !ID.matcher(header).matches()) {
            throw ProblemException.notFound("session", header.length() > 100 ? header.substring(0, 100) : header);
        }
        return new Session(header);
    }

    /** What names one of its requests among all runs of a user; null where clients have no session. */
    @Nullable
    String call(JsonNode requestId) {
        return id == null ? null : id + ":" + requestId;
    }
}
