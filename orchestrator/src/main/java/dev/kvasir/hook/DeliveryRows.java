package dev.kvasir.hook;

import dev.kvasir.hook.Delivery.State;
import dev.kvasir.hook.DueDelivery.Event;
import dev.kvasir.hook.DueDelivery.Receiver;
import dev.kvasir.hook.HookSecrets.Sealed;
import dev.kvasir.run.HexIds;
import dev.kvasir.run.RunId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What webhooks are to be told. The rows are written by a trigger on the events, in their transaction; here they are claimed, and ended
 * or put off. All times are the database's.
 */
final class DeliveryRows {

    private static final String CLAIM = """
            WITH ready AS (
                SELECT d.id, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.due_at, d.id) + (
                           SELECT count(*) FROM webhook_delivery s
                           WHERE s.webhook_id = d.webhook_id AND s.state = 'SENDING' AND s.claimed_until >= clock_timestamp()) AS place
                FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
                WHERE w.enabled AND (d.state = 'PENDING' AND d.due_at <= clock_timestamp()
                                     OR d.state = 'SENDING' AND d.claimed_until < clock_timestamp())),
            due AS (
                SELECT d.id FROM webhook_delivery d JOIN ready ON ready.id = d.id
                WHERE ready.place <= :each AND (d.state = 'PENDING' AND d.due_at <= clock_timestamp()
                                                OR d.state = 'SENDING' AND d.claimed_until < clock_timestamp())
                ORDER BY d.due_at, d.id
                LIMIT :free
                FOR UPDATE OF d SKIP LOCKED)
            UPDATE webhook_delivery d
            SET state = 'SENDING', attempts = d.attempts + 1, claimed_until = clock_timestamp() + :lease * interval '1 ms'
            FROM due, webhook w
            WHERE d.id = due.id AND w.id = d.webhook_id
            RETURNING d.id, d.message_id, d.webhook_id, d.run_id, d.seq, d.event, d.event_at, d.attempts, d.body,
                      w.owner_id, w.url, w.fields, w.secret,
                      CASE WHEN w.old_secret_until > clock_timestamp() THEN w.old_secret END AS good_old_secret,
                      floor(extract(epoch FROM clock_timestamp()))::bigint AS sent_at""";

    private static final int PURGED = 1000;

    private final JdbcClient jdbc;

    DeliveryRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes deliveries that are due, and those of servers that died over them. What another server claims meanwhile is passed over.
     *
     * @param free how many at most
     * @param each how many of one webhook may be on their way
     * @param lease how long a try may take before its server is taken for dead
     */
    List<DueDelivery> claim(int free, int each, Duration lease) {
        return jdbc.sql(CLAIM)
                .param("free", free)
                .param("each", each)
                .param("lease", lease.toMillis())
                .query((row, number) -> due(row))
                .list();
    }

    /** Keeps what is sent, so that every try sends the same; what an earlier try kept stays. */
    String keep(DueDelivery delivery, String body) {
        return jdbc.sql("UPDATE webhook_delivery SET body = coalesce(body, :body) WHERE id = :id RETURNING body")
                .param("id", delivery.id().value())
                .param("body", body)
                .query(String.class)
                .single();
    }

    void delivered(DueDelivery delivery, int statusCode) {
        jdbc.sql("""
                        UPDATE webhook_delivery
                        SET state = 'DELIVERED', status_code = :status, error = NULL, claimed_until = NULL,
                            finished_at = clock_timestamp()
                        WHERE id = :id AND attempts = :attempt AND state = 'SENDING'""")
                .param("id", delivery.id().value())
                .param("attempt", delivery.attempt())
                .param("status", statusCode)
                .update();
    }

    /**
     * Puts a delivery off, or gives it up.
     *
     * @param pause until the next try; null to give it up
     */
    void failed(DueDelivery delivery, Failure failure, @Nullable Duration pause) {
        jdbc.sql("""
                        UPDATE webhook_delivery
                        SET state = CASE WHEN :pause::bigint IS NULL THEN 'DEAD' ELSE 'PENDING' END,
                            due_at = clock_timestamp() + coalesce(:pause::bigint, 0) * interval '1 ms',
                            finished_at = CASE WHEN :pause::bigint IS NULL THEN clock_timestamp() END,
                            status_code = :status, error = :error, claimed_until = NULL
                        WHERE id = :id AND attempts = :attempt AND state = 'SENDING'""")
                .param("id", delivery.id().value())
                .param("attempt", delivery.attempt())
                .param("pause", pause == null ? null : pause.toMillis())
                .param("status", failure.statusCode())
                .param("error", failure.sentence())
                .update();
    }

    /**
     * Why a try failed.
     *
     * @param statusCode null when there was no answer
     */
    record Failure(@Nullable Integer statusCode, String sentence) {}

    /** How long it is until a delivery is due; empty if none will be. */
    Optional<Duration> untilNext() {
        return jdbc.sql("""
                        SELECT ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::bigint AS millis
                        FROM webhook_delivery WHERE state = 'PENDING' AND due_at > clock_timestamp()""")
                .query((row, number) -> Optional.ofNullable((Long) row.getObject("millis")))
                .single()
                .map(Duration::ofMillis);
    }

    /** Drops some of what has ended long ago. */
    void purge(Duration age) {
        jdbc.sql("""
                        DELETE FROM webhook_delivery WHERE id IN (
                            SELECT id FROM webhook_delivery
                            WHERE finished_at < clock_timestamp() - :age * interval '1 ms' LIMIT :most)""").param("age", age.toMillis()).param("most", PURGED).update();
    }

    Optional<Delivery> find(WebhookId webhook, DeliveryId id) {
        return jdbc.sql("SELECT * FROM webhook_delivery WHERE webhook_id = :webhook AND id = :id")
                .param("webhook", webhook.value())
                .param("id", id.value())
                .query((row, number) -> delivery(row))
                .optional();
    }

    /**
     * Newest first.
     *
     * @param state null for any
     * @param after the last of the page before; null for the first page
     */
    List<Delivery> list(WebhookId webhook, @Nullable State state, @Nullable DeliveryId after, int limit) {
        return jdbc.sql("""
                        SELECT * FROM webhook_delivery
                        WHERE webhook_id = :webhook AND (:state::text IS NULL OR state = :state)
                          AND (:after::uuid IS NULL OR id < :after::uuid)
                        ORDER BY id DESC LIMIT :limit""")
                .param("webhook", webhook.value())
                .param("state", state == null ? null : state.name())
                .param("after", after == null ? null : after.value())
                .param("limit", limit)
                .query((row, number) -> delivery(row))
                .list();
    }

    /** Writes a new delivery of the same message, with the same body. */
    DeliveryId again(Delivery delivery) {
        DeliveryId fresh = new DeliveryId(HexIds.next());
        jdbc.sql("""
                        INSERT INTO webhook_delivery (id, message_id, webhook_id, run_id, seq, event, event_at, state, body)
                        SELECT :fresh, message_id, webhook_id, run_id, seq, event, event_at, 'PENDING', body
                        FROM webhook_delivery WHERE id = :id""")
                .param("fresh", fresh.value())
                .param("id", delivery.id().value())
                .update();
        return fresh;
    }

    private static DueDelivery due(ResultSet row) throws SQLException {
        return new DueDelivery(
                new DeliveryId(row.getObject("id", UUID.class)),
                new MessageId(row.getObject("message_id", UUID.class)),
                new Event(
                        row.getString("event"),
                        row.getObject("event_at", OffsetDateTime.class).toInstant(),
                        row.getObject("owner_id", UUID.class),
                        run(row),
                        row.getLong("seq")),
                row.getInt("attempts"),
                row.getString("body"),
                new Receiver(
                        URI.create(row.getString("url")),
                        row.getString("fields"),
                        Sealed.read(row.getObject("webhook_id", UUID.class), row)),
                row.getLong("sent_at"));
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        State state = State.valueOf(row.getString("state"));
        return new Delivery(
                new DeliveryId(row.getObject("id", UUID.class)),
                new MessageId(row.getObject("message_id", UUID.class)),
                row.getString("event"),
                run(row),
                state,
                row.getInt("attempts"),
                state == State.PENDING ? instant(row, "due_at") : null,
                (Integer) row.getObject("status_code"),
                row.getString("error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "finished_at"));
    }

    private static @Nullable RunId run(ResultSet row) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return run == null ? null : new RunId(run);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
