package dev.kvasir.hook;

import dev.kvasir.hook.HookSecrets.Sealed;
import dev.kvasir.hook.Trigger.Auth;
import dev.kvasir.library.GraphId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import tools.jackson.databind.json.JsonMapper;

/** Triggers and their calls in PostgreSQL. */
final class TriggerRows {

    private static final int PURGED = 1000;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TriggerRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @param secret sealed */
    void insert(Trigger trigger, String secret) {
        filled(jdbc.sql("""
                        INSERT INTO run_trigger (id, owner_id, name, graph_id, version, auth, input, enabled, secret)
                        VALUES (:id, :owner, :name, :graph, :version, :auth, :input::json, :enabled, :secret)"""), trigger)
                .param("graph", trigger.graph().value())
                .param("auth", trigger.auth().name())
                .param("secret", secret)
                .update();
    }

    void update(Trigger trigger) {
        filled(jdbc.sql("""
                        UPDATE run_trigger SET name = :name, version = :version, input = :input::json, enabled = :enabled
                        WHERE id = :id AND owner_id = :owner"""), trigger).update();
    }

    private StatementSpec filled(StatementSpec statement, Trigger trigger) {
        return statement
                .param("id", trigger.id().value())
                .param("owner", trigger.owner())
                .param("name", trigger.name())
                .param("version", trigger.version())
                .param("input", json.writeValueAsString(trigger.input()))
                .param("enabled", trigger.enabled());
    }

    Optional<Trigger> find(UUID owner, TriggerId id) {
        return jdbc.sql("SELECT * FROM run_trigger WHERE owner_id = :owner AND id = :id")
                .param("owner", owner)
                .param("id", id.value())
                .query((row, number) -> trigger(row))
                .optional();
    }

    /** A trigger that can be called: it is enabled, so is its owner, and its graph is not archived. */
    Optional<Trigger> callable(TriggerId id) {
        return jdbc.sql("""
                        SELECT t.* FROM run_trigger t
                        JOIN app_user u ON u.id = t.owner_id AND u.disabled_at IS NULL
                        JOIN graph g ON g.id = t.graph_id AND g.archived_at IS NULL
                        WHERE t.id = :id AND t.enabled""")
                .param("id", id.value())
                .query((row, number) -> trigger(row))
                .optional();
    }

    Sealed secrets(TriggerId id) {
        return jdbc.sql("SELECT " + Sealed.COLUMNS + " FROM run_trigger WHERE id = :id")
                .param("id", id.value())
                .query((row, number) -> Sealed.read(id.value(), row))
                .single();
    }

    /**
     * Newest first.
     *
     * @param after the last of the page before; null for the first page
     */
    List<Trigger> list(UUID owner, @Nullable TriggerId after, int limit) {
        return jdbc.sql("""
                        SELECT * FROM run_trigger
                        WHERE owner_id = :owner AND (:after::uuid IS NULL OR id < :after::uuid) ORDER BY id DESC LIMIT :limit""")
                .param("owner", owner)
                .param("after", after == null ? null : after.value())
                .param("limit", limit)
                .query((row, number) -> trigger(row))
                .list();
    }

    int count(UUID owner) {
        return jdbc.sql("SELECT count(*) FROM run_trigger WHERE owner_id = :owner")
                .param("owner", owner)
                .query(Integer.class)
                .single();
    }

    void delete(UUID owner, TriggerId id) {
        jdbc.sql("DELETE FROM run_trigger WHERE owner_id = :owner AND id = :id")
                .param("owner", owner)
                .param("id", id.value())
                .update();
    }

    /** Whether a time in seconds since 1970 is within the skew of the database's clock. */
    boolean isAbout(long seconds, Duration skew) {
        return jdbc.sql("SELECT abs(extract(epoch FROM clock_timestamp()) - :seconds::numeric) * 1000 <= :skew")
                .param("seconds", seconds)
                .param("skew", skew.toMillis())
                .query(Boolean.class)
                .single();
    }

    int callsOfTheLastMinute(TriggerId id) {
        return jdbc.sql(
                        "SELECT count(*) FROM trigger_call WHERE trigger_id = :id AND at > clock_timestamp() - interval '1 minute'")
                .param("id", id.value())
                .query(Integer.class)
                .single();
    }

    /**
     * Writes a call; waits up to 2 s for a transaction that writes one of the same message.
     *
     * @param message null when the sender has no name for it
     * @return its number; empty if the message has been here before
     */
    Optional<Long> take(TriggerId id, @Nullable String message, String bodySha256) {
        jdbc.sql("SET LOCAL lock_timeout = '2s'").update();
        return jdbc.sql("""
                        INSERT INTO trigger_call (trigger_id, message_id, body_sha256) VALUES (:id, :message, :body)
                        ON CONFLICT DO NOTHING RETURNING id""")
                .param("id", id.value())
                .param("message", message)
                .param("body", bodySha256)
                .query(Long.class)
                .optional();
    }

    void started(long call, UUID run) {
        jdbc.sql("UPDATE trigger_call SET run_id = :run WHERE id = :call")
                .param("call", call)
                .param("run", run)
                .update();
    }

    /**
     * A call of before.
     *
     * @param run null once the run is gone
     */
    record Call(String bodySha256, @Nullable UUID run) {}

    Call call(TriggerId id, String message) {
        return jdbc.sql("SELECT body_sha256, run_id FROM trigger_call WHERE trigger_id = :id AND message_id = :message")
                .param("id", id.value())
                .param("message", message)
                .query((row, number) -> new Call(row.getString("body_sha256"), row.getObject("run_id", UUID.class)))
                .single();
    }

    /** Drops some of the calls of long ago. */
    void purge(Duration age) {
        jdbc.sql("""
                        DELETE FROM trigger_call WHERE id IN (
                            SELECT id FROM trigger_call WHERE at < clock_timestamp() - :age * interval '1 ms' LIMIT :most)""").param("age", age.toMillis()).param("most", PURGED).update();
    }

    private Trigger trigger(ResultSet row) throws SQLException {
        int version = row.getInt("version");
        boolean isNewest = row.wasNull();
        return new Trigger(
                new TriggerId(row.getObject("id", UUID.class)),
                row.getObject("owner_id", UUID.class),
                row.getString("name"),
                new GraphId(row.getObject("graph_id", UUID.class)),
                isNewest ? null : version,
                Auth.valueOf(row.getString("auth")),
                templates(row.getString("input")),
                row.getBoolean("enabled"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private Map<String, String> templates(String document) {
        Map<String, String> templates = new LinkedHashMap<>();
        json.readTree(document)
                .properties()
                .forEach(entry -> templates.put(entry.getKey(), entry.getValue().asString()));
        return templates;
    }
}
