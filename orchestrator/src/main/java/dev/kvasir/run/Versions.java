package dev.kvasir.run;

import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.VersionLock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Reads published versions as runs need them, in a worker too. */
final class Versions {

    private static final String SELECT = """
            SELECT v.graph_id, v.number, v.sha256, v.document, v.layout, v.lock, v.notes, v.published_at, g.name
            FROM graph_version v JOIN graph g ON g.id = v.graph_id\s""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Versions(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Finds a version of one's own graph.
     *
     * @param number null for the newest
     * @throws RunRefusedException if there is none
     */
    GraphVersion find(UUID owner, GraphId graph, @Nullable Integer number) {
        return jdbc.sql(SELECT + """
                        WHERE g.owner_id = :owner AND g.id = :graph AND (:number::integer IS NULL OR v.number = :number)
                        ORDER BY v.number DESC LIMIT 1""")
                .param("owner", owner)
                .param("graph", graph.value())
                .param("number", number)
                .query((row, place) -> version(row))
                .optional()
                .orElseThrow(() -> absent(number));
    }

    /** The version that a run executes. */
    GraphVersion of(UUID run) {
        return jdbc.sql(SELECT + "JOIN run r ON r.graph_id = v.graph_id AND r.version = v.number WHERE r.id = :run")
                .param("run", run)
                .query((row, place) -> version(row))
                .single();
    }

    private static RunRefusedException absent(@Nullable Integer number) {
        String message = number == null
                ? "The graph has no published version. Publish its draft first."
                : "The graph has no version " + number + ". Leave the version out for the newest.";
        return new RunRefusedException(RunRefusedException.Kind.VERSION_NOT_FOUND, message, List.of());
    }

    private GraphVersion version(ResultSet row) throws SQLException {
        return new GraphVersion(
                new GraphId(row.getObject("graph_id", UUID.class)),
                row.getString("name"),
                row.getInt("number"),
                row.getString("sha256"),
                row.getString("document"),
                row.getString("layout"),
                json.readValue(row.getString("lock"), VersionLock.class),
                row.getString("notes"),
                row.getObject("published_at", java.time.OffsetDateTime.class).toInstant());
    }
}
