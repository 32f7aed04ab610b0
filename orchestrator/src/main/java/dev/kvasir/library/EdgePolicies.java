package dev.kvasir.library;

import dev.kvasir.graph.OpaqueEdges;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the edges of somebody's graphs may carry. A policy's scope is the owner; once there are projects, it is one of them.
 *
 * <p>A policy concerns what is published and started from then on. A run that has started goes on as it was planned.
 */
@Component
public class EdgePolicies {

    private final JdbcClient jdbc;

    public EdgePolicies(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Allowed, unless somebody has said otherwise. */
    public OpaqueEdges opaqueEdges(UUID scope) {
        return jdbc.sql("SELECT opaque_edges FROM edge_policy WHERE scope_id = :scope")
                .param("scope", scope)
                .query((row, number) -> OpaqueEdges.valueOf(row.getString(1)))
                .optional()
                .orElse(OpaqueEdges.ALLOWED);
    }

    /** Says so from now on. */
    void put(UUID scope, OpaqueEdges opaque) {
        jdbc.sql("""
                        INSERT INTO edge_policy (scope_id, opaque_edges) VALUES (:scope, :opaque)
                        ON CONFLICT (scope_id) DO UPDATE SET opaque_edges = :opaque, changed_at = clock_timestamp()""").param("scope", scope).param("opaque", opaque.name()).update();
    }
}
