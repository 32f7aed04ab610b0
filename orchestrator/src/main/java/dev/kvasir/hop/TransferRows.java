package dev.kvasir.hop;

import dev.kvasir.dispatch.Sweeper.Sweep;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of sealed caches on their way. They are staged while the sending step runs, ready from when it has committed, and gone when
 * the receiving step has committed, the run has ended, or nobody came for too long.
 */
public final class TransferRows implements Sweep {

    private final JdbcClient jdbc;

    public TransferRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A sealed cache that waits for its receiver.
     *
     * @param bytes sealed
     * @param waited since it was ready
     */
    public record Waiting(UUID id, long bytes, int chunks, Duration waited) {}

    /** Lets a staged cache be received: part of the transaction that commits the step which sent it. */
    public void commit(UUID transfer) {
        int rows = jdbc.sql("""
                        UPDATE cache_transfer SET state = 'READY', ready_at = clock_timestamp()
                        WHERE id = :id AND state = 'STAGED'""").param("id", transfer).update();
        if (rows == 0) {
            throw new IllegalStateException("The staged cache " + transfer + " is gone; it stayed for too long.");
        }
    }

    /** What waits on an edge of a run; empty if nothing does, or not any more. */
    public Optional<Waiting> waiting(UUID run, String edge) {
        return jdbc.sql("""
                        SELECT id, bytes, chunks, (extract(epoch FROM clock_timestamp() - ready_at) * 1000)::bigint AS waited
                        FROM cache_transfer
                        WHERE run_id = :run AND edge = :edge AND state = 'READY' AND expires_at > clock_timestamp()""")
                .param("run", run)
                .param("edge", edge)
                .query((row, number) -> new Waiting(
                        row.getObject("id", UUID.class),
                        row.getLong("bytes"),
                        row.getInt("chunks"),
                        Duration.ofMillis(Math.max(0, row.getLong("waited")))))
                .optional();
    }

    /** Forgets what came on some edges of a run, and attempts at it that died: part of the transaction that commits the receiver. */
    public void drop(UUID run, Collection<String> edges) {
        if (!edges.isEmpty()) {
            jdbc.sql("DELETE FROM cache_transfer WHERE run_id = :run AND edge = ANY(:edges)")
                    .param("run", run)
                    .param("edges", edges.toArray(String[]::new))
                    .update();
        }
    }

    /** Forgets what nobody will come for. */
    @Override
    public void sweep() {
        jdbc.sql("""
                        DELETE FROM cache_transfer t USING run r
                        WHERE r.id = t.run_id AND (r.finished_at IS NOT NULL OR t.expires_at < clock_timestamp())""").update();
    }

    void stage(UUID id, Passage passage, Duration keep) {
        jdbc.sql("""
                        INSERT INTO cache_transfer (id, run_id, edge, state, bytes, chunks, expires_at)
                        VALUES (:id, :run, :edge, 'STAGED', 1, 1, clock_timestamp() + :keep * interval '1 ms')""")
                .param("id", id)
                .param("run", passage.run())
                .param("edge", passage.edge())
                .param("keep", keep.toMillis())
                .update();
    }

    void add(UUID transfer, int number, byte[] bytes) {
        jdbc.sql("INSERT INTO cache_chunk (transfer_id, number, bytes) VALUES (:id, :number, :bytes)")
                .param("id", transfer)
                .param("number", number)
                .param("bytes", bytes)
                .update();
    }

    void measure(UUID transfer, long bytes, int chunks) {
        jdbc.sql("UPDATE cache_transfer SET bytes = :bytes, chunks = :chunks WHERE id = :id")
                .param("id", transfer)
                .param("bytes", bytes)
                .param("chunks", chunks)
                .update();
    }

    Optional<byte[]> chunk(UUID transfer, int number) {
        return jdbc.sql("SELECT bytes FROM cache_chunk WHERE transfer_id = :id AND number = :number")
                .param("id", transfer)
                .param("number", number)
                .query((row, place) -> row.getBytes(1))
                .optional();
    }
}
