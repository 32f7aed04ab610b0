package dev.kvasir.pool;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The pool as its rows say. */
final class StoredPool implements Pool {

    private final JdbcClient jdbc;

    StoredPool(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<ModelRecord> models() {
        return jdbc.sql("SELECT * FROM model ORDER BY name")
                .query((row, number) -> model(row))
                .list();
    }

    @Override
    public Optional<ModelRecord> model(String name) {
        return jdbc.sql("SELECT * FROM model WHERE name = :name")
                .param("name", name)
                .query((row, number) -> model(row))
                .optional();
    }

    @Override
    public List<FuserRecord> fusers() {
        return jdbc.sql("SELECT * FROM fuser ORDER BY name")
                .query((row, number) -> fuser(row))
                .list();
    }

    @Override
    public Optional<FuserRecord> fuser(String name) {
        return jdbc.sql("SELECT * FROM fuser WHERE name = :name")
                .param("name", name)
                .query((row, number) -> fuser(row))
                .optional();
    }

    @Override
    public List<WorkerRecord> workers() {
        return jdbc.sql("""
                        SELECT w.*, (SELECT count(*) FROM island WHERE worker_id = w.id AND state = 'RUNNING') AS running
                        FROM worker w WHERE w.heartbeat_at > clock_timestamp() - interval '1 day'
                        ORDER BY w.state IN ('STOPPED', 'GONE'), w.started_at DESC LIMIT 200""").query((row, number) -> worker(row)).list();
    }

    @Override
    public int waitingIslands() {
        return jdbc.sql("SELECT count(*) FROM island WHERE state = 'READY'")
                .query((row, number) -> row.getInt(1))
                .single();
    }

    private WorkerRecord worker(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new WorkerRecord(
                "worker_" + id.toString().replace("-", ""),
                row.getString("name"),
                row.getString("pool"),
                row.getString("state"),
                row.getString("host"),
                row.getLong("pid"),
                row.getInt("slots"),
                row.getInt("running"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getObject("heartbeat_at", OffsetDateTime.class).toInstant(),
                devices(id),
                modelsOf(id));
    }

    private List<DeviceRecord> devices(UUID worker) {
        return jdbc.sql("SELECT * FROM worker_device WHERE worker_id = :worker ORDER BY name")
                .param("worker", worker)
                .query((row, number) -> new DeviceRecord(
                        row.getString("name"),
                        row.getString("kind"),
                        row.getString("description"),
                        row.getLong("memory_in_bytes")))
                .list();
    }

    private Map<String, String> modelsOf(UUID worker) {
        Map<String, String> models = new HashMap<>();
        jdbc.sql("SELECT model, digest FROM worker_model WHERE worker_id = :worker")
                .param("worker", worker)
                .query(row -> {
                    models.put(row.getString("model"), row.getString("digest"));
                });
        return models;
    }

    private static ModelRecord model(ResultSet row) throws SQLException {
        return new ModelRecord(
                row.getString("name"),
                row.getString("kind"),
                row.getString("digest"),
                row.getString("family"),
                row.getString("format"),
                new ModelRecord.Shape(
                        row.getInt("layers"),
                        row.getInt("hidden_size"),
                        row.getInt("heads"),
                        row.getInt("kv_heads"),
                        row.getInt("head_dim"),
                        row.getInt("vocabulary_size"),
                        row.getInt("context_length")),
                row.getLong("size_in_bytes"),
                row.getBoolean("available"),
                row.getString("problem"),
                row.getObject("registered_at", OffsetDateTime.class).toInstant());
    }

    private static FuserRecord fuser(ResultSet row) throws SQLException {
        return new FuserRecord(
                row.getString("name"),
                row.getString("digest"),
                new FuserRecord.End(
                        row.getString("sharer"),
                        row.getString("sharer_digest"),
                        row.getInt("sharer_layers"),
                        row.getInt("sharer_kv_heads"),
                        row.getInt("sharer_head_dim")),
                new FuserRecord.End(
                        row.getString("receiver"),
                        row.getString("receiver_digest"),
                        row.getInt("receiver_layers"),
                        row.getInt("receiver_kv_heads"),
                        row.getInt("receiver_head_dim")),
                row.getLong("size_in_bytes"),
                row.getInt("gates_open"),
                row.getInt("gates"),
                row.getBoolean("available"),
                row.getString("problem"),
                row.getObject("registered_at", OffsetDateTime.class).toInstant());
    }
}
