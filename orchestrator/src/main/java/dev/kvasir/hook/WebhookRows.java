package dev.kvasir.hook;

import dev.kvasir.hook.Webhook.Told;
import dev.kvasir.library.GraphId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Webhooks in PostgreSQL. The owner is part of every query. */
final class WebhookRows {

    private final JdbcClient jdbc;

    WebhookRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param secret sealed */
    void insert(UUID owner, Webhook webhook, String secret) {
        filled(jdbc.sql("""
                        INSERT INTO webhook (id, owner_id, name, url, events, runs, graph_id, fields, enabled, secret)
                        VALUES (:id, :owner, :name, :url, :events::text[], :runs, :graph, :fields, :enabled, :secret)"""), owner, webhook).param("secret", secret).update();
    }

    void update(UUID owner, Webhook webhook) {
        filled(jdbc.sql("""
                        UPDATE webhook SET name = :name, url = :url, events = :events::text[], runs = :runs, graph_id = :graph,
                               fields = :fields, enabled = :enabled
                        WHERE id = :id AND owner_id = :owner"""), owner, webhook).update();
    }

    private static StatementSpec filled(StatementSpec statement, UUID owner, Webhook webhook) {
        return statement
                .param("id", webhook.id().value())
                .param("owner", owner)
                .param("name", webhook.name())
                .param("url", webhook.url().toString())
                .param("events", webhook.events().toArray(String[]::new))
                .param("runs", webhook.runs().name())
                .param("graph", webhook.graph() == null ? null : webhook.graph().value())
                .param("fields", webhook.fields())
                .param("enabled", webhook.enabled());
    }

    Optional<Webhook> find(UUID owner, WebhookId id) {
        return jdbc.sql("SELECT * FROM webhook WHERE owner_id = :owner AND id = :id")
                .param("owner", owner)
                .param("id", id.value())
                .query((row, number) -> webhook(row))
                .optional();
    }

    /**
     * Newest first.
     *
     * @param after the last of the page before; null for the first page
     */
    List<Webhook> list(UUID owner, @Nullable WebhookId after, int limit) {
        return jdbc.sql("""
                        SELECT * FROM webhook
                        WHERE owner_id = :owner AND (:after::uuid IS NULL OR id < :after::uuid) ORDER BY id DESC LIMIT :limit""")
                .param("owner", owner)
                .param("after", after == null ? null : after.value())
                .param("limit", limit)
                .query((row, number) -> webhook(row))
                .list();
    }

    int count(UUID owner) {
        return jdbc.sql("SELECT count(*) FROM webhook WHERE owner_id = :owner")
                .param("owner", owner)
                .query(Integer.class)
                .single();
    }

    /** Removes a webhook and what it was told and was to be told. */
    void delete(UUID owner, WebhookId id) {
        jdbc.sql("DELETE FROM webhook WHERE owner_id = :owner AND id = :id")
                .param("owner", owner)
                .param("id", id.value())
                .update();
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        UUID graph = row.getObject("graph_id", UUID.class);
        return new Webhook(
                new WebhookId(row.getObject("id", UUID.class)),
                row.getString("name"),
                URI.create(row.getString("url")),
                Arrays.asList((String[]) row.getArray("events").getArray()),
                Told.valueOf(row.getString("runs")),
                graph == null ? null : new GraphId(graph),
                row.getString("fields"),
                row.getBoolean("enabled"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
