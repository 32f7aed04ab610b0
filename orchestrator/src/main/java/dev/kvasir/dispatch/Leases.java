package dev.kvasir.dispatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The lease on an island's row: claimed, renewed, ended. All times are the database's.
 *
 * <p>Every statement but {@link #renew} belongs in a transaction of the caller, who writes there what goes with it.
 */
public final class Leases {

    private static final String CLAIM = """
            WITH due AS (
                SELECT i.id
                FROM island i JOIN run r ON r.id = i.run_id
                WHERE i.state = 'READY' AND i.pool = :pool AND i.ready_at <= clock_timestamp()
                  AND r.stop_state IS NULL
                  AND (i.last_worker IS DISTINCT FROM :name
                       OR i.ready_at <= clock_timestamp() - :patience * interval '1 ms'
                       OR NOT EXISTS (
                           SELECT 1 FROM worker w
                           WHERE w.state = 'ACTIVE' AND w.pool = :pool AND w.name <> :name
                             AND w.heartbeat_at > clock_timestamp() - :lease * interval '1 ms'))
                  AND NOT EXISTS (
                       SELECT 1 FROM island_model need
                       WHERE need.island_id = i.id AND NOT EXISTS (
                           SELECT 1 FROM worker_model have
                           WHERE have.worker_id = :worker AND have.model = need.model
                             AND need.digest IN ('', have.digest)))
                ORDER BY i.priority DESC, i.ready_at, i.id
                LIMIT :free
                FOR NO KEY UPDATE OF i, r SKIP LOCKED)
            UPDATE island
            SET state = 'RUNNING', worker_id = :worker, epoch = epoch + 1, claimed_at = clock_timestamp(),
                progress_at = clock_timestamp(), lease_until = clock_timestamp() + :lease * interval '1 ms',
                deadline_at = clock_timestamp() + timeout_ms * interval '1 ms'
            FROM due
            WHERE island.id = due.id
            RETURNING island.id, island.run_id, island.epoch""";

    private static final String RENEW = """
            UPDATE island
            SET lease_until = clock_timestamp() + :lease * interval '1 ms',
                progress_at = CASE WHEN held.moved THEN clock_timestamp() ELSE island.progress_at END
            FROM unnest(:ids::uuid[], :epochs::bigint[], :moved::boolean[]) AS held (id, epoch, moved), run
            WHERE island.id = held.id AND island.epoch = held.epoch AND island.state = 'RUNNING'
              AND island.worker_id = :worker AND island.lease_until > clock_timestamp() AND run.id = island.run_id
            RETURNING island.id, island.run_id, island.epoch, run.stop_mode = 'NOW' AS stop""";

    private static final String END = """
            UPDATE island
            SET state = :state, worker_id = NULL, lease_until = NULL, progress_at = NULL, deadline_at = NULL,
                finished_at = clock_timestamp()
            WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'""";

    private static final String HAND_BACK = """
            UPDATE island
            SET state = 'READY', worker_id = NULL, lease_until = NULL, progress_at = NULL, deadline_at = NULL,
                ready_at = clock_timestamp() + :pause * interval '1 ms', last_worker = :worker
            WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'""";

    private final JdbcClient jdbc;
    private final Duration lease;

    public Leases(JdbcClient jdbc, Duration lease) {
        this.jdbc = jdbc;
        this.lease = lease;
    }

    /**
     * Takes up to {@code free} islands that are due, oldest first within a priority, and whose models this worker has.
     * The rows of their runs are locked as well; what another transaction holds is passed over.
     */
    public List<Lease> claim(Claimant worker, int free) {
        return jdbc.sql(CLAIM)
                .param("pool", worker.pool())
                .param("name", worker.name())
                .param("worker", worker.id().value())
                .param("patience", lease.toMillis() / 5)
                .param("lease", lease.toMillis())
                .param("free", free)
                .query((row, number) -> lease(row))
                .list();
    }

    /** Renews what is still held; a lease that does not come back is lost, and its work must stop. */
    public List<Renewed> renew(WorkerId worker, Collection<Held> held) {
        return jdbc.sql(RENEW)
                .param("lease", lease.toMillis())
                .param("worker", worker.value())
                .param("ids", held.stream().map(h -> h.lease().island().value()).toArray(UUID[]::new))
                .param("epochs", held.stream().map(h -> h.lease().epoch()).toArray(Long[]::new))
                .param("moved", held.stream().map(Held::moved).toArray(Boolean[]::new))
                .query((row, number) -> new Renewed(lease(row), row.getBoolean("stop")))
                .list();
    }

    /**
     * Ends the island for good.
     *
     * @throws LeaseLostException if the lease is no longer held; nothing may then be written
     */
    public void end(Lease held, IslandState state) {
        int rows = jdbc.sql(END)
                .param("state", state.name())
                .param("id", held.island().value())
                .param("epoch", held.epoch())
                .update();
        requireHeld(held, rows);
    }

    /**
     * Lets another claim follow after a pause.
     *
     * @param worker the name of the worker that had it
     * @throws LeaseLostException if the lease is no longer held; nothing may then be written
     */
    public void handBack(Lease held, Duration pause, String worker) {
        int rows = jdbc.sql(HAND_BACK)
                .param("pause", pause.toMillis())
                .param("worker", worker)
                .param("id", held.island().value())
                .param("epoch", held.epoch())
                .update();
        requireHeld(held, rows);
    }

    private static void requireHeld(Lease lease, int rows) {
        if (rows == 0) {
            throw new LeaseLostException(lease);
        }
    }

    private static Lease lease(ResultSet row) throws SQLException {
        return new Lease(
                new IslandId(row.getObject("id", UUID.class)),
                row.getObject("run_id", UUID.class),
                row.getLong("epoch"));
    }

    /**
     * A lease to renew.
     *
     * @param moved whether its work has moved since the last renewal
     */
    public record Held(Lease lease, boolean moved) {}

    /**
     * A lease that lives on.
     *
     * @param stop whether its run is to stop now
     */
    public record Renewed(Lease lease, boolean stop) {}
}
