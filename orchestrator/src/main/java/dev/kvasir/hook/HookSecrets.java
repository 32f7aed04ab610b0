package dev.kvasir.hook;

import dev.kvasir.access.Vault;
import dev.kvasir.access.VaultException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The secrets of webhooks and triggers: made, sealed where they lie, replaced, and good for a while after that. */
final class HookSecrets {

    private static final Logger log = LoggerFactory.getLogger(HookSecrets.class);

    private final JdbcClient jdbc;
    private final Vault vault;
    private final SecureRandom random = new SecureRandom();

    HookSecrets(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    /** Whose secrets. */
    enum Table {
        WEBHOOK("webhook"),
        TRIGGER("run_trigger");

        private final String sql;

        Table(String sql) {
            this.sql = sql;
        }
    }

    /** Secrets as they lie: the newest, and the one before while its time is not over. */
    record Sealed(UUID place, List<String> texts) {

        static final String COLUMNS =
                "secret, CASE WHEN old_secret_until > clock_timestamp() THEN old_secret END AS good_old_secret";

        Sealed {
            texts = List.copyOf(texts);
        }

        static Sealed read(UUID place, ResultSet row) throws SQLException {
            return new Sealed(
                    place,
                    Stream.of(
                                    Optional.of(row.getString("secret")),
                                    Optional.ofNullable(row.getString("good_old_secret")))
                            .flatMap(Optional::stream)
                            .toList());
        }
    }

    /** A new secret to sign by, in its readable form. */
    String signing() {
        return Signature.secret(random);
    }

    /** A new key to call by, in its readable form; what is kept of it is its digest. */
    CallKey callKey() {
        return CallKey.make(random);
    }

    String seal(String secret, UUID place) {
        return vault.seal(secret, place.toString());
    }

    /** The newest first. */
    List<String> open(Sealed sealed) {
        return sealed.texts().stream()
                .map(text -> vault.open(text, sealed.place().toString()))
                .toList();
    }

    /**
     * Puts a new secret in place of the old one.
     *
     * @param grace how long the old one is good as well
     * @return until when; empty if the owner has no such row
     */
    Optional<Instant> replace(Table table, UUID owner, UUID id, String secret, Duration grace) {
        return jdbc.sql("UPDATE " + table.sql + """
                         SET old_secret = secret, old_secret_until = clock_timestamp() + :grace * interval '1 ms',
                               secret = :secret
                        WHERE id = :id AND owner_id = :owner RETURNING old_secret_until""")
                .param("id", id)
                .param("owner", owner)
                .param("grace", grace.toMillis())
                .param("secret", seal(secret, id))
                .query((row, number) ->
                        row.getObject("old_secret_until", OffsetDateTime.class).toInstant())
                .optional();
    }

    /** Seals by the newest key whatever is sealed by an older one. */
    void sealAgain() {
        for (Table table : Table.values()) {
            jdbc.sql("SELECT id, secret, old_secret FROM " + table.sql)
                    .query((row, number) -> new Row(
                            row.getObject("id", UUID.class), row.getString("secret"), row.getString("old_secret")))
                    .list()
                    .forEach(row -> sealAgain(table, row));
        }
    }

    /** A secret whose key is gone stays as it is: its owner is told when it is needed, and may set a new one. */
    private void sealAgain(Table table, Row row) {
        try {
            sealAnew(table, row);
        } catch (VaultException lost) {
            log.warn("A secret of {} {} is not sealed again: {}", table.sql, row.id(), lost.getMessage());
        }
    }

    private void sealAnew(Table table, Row row) {
        if (vault.isCurrent(row.secret()) && (row.oldSecret() == null || vault.isCurrent(row.oldSecret()))) {
            return;
        }
        jdbc.sql("UPDATE " + table.sql
                        + " SET secret = :fresh, old_secret = :freshOld WHERE id = :id AND secret = :known")
                .param("id", row.id())
                .param("known", row.secret())
                .param("fresh", again(row.secret(), row.id()))
                .param("freshOld", row.oldSecret() == null ? null : again(row.oldSecret(), row.id()))
                .update();
    }

    private String again(String sealed, UUID place) {
        return seal(vault.open(sealed, place.toString()), place);
    }

    private record Row(UUID id, String secret, @Nullable String oldSecret) {}
}
