package dev.kvasir.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * API keys: {@code kv_<8-character id>_<secret of 256 bits>}. The secret is shown once, when the key is made; what is
 * stored is its SHA-256.
 */
@Component
public class ApiKeys {

    /** How long a key is good when nothing else is asked for. */
    public static final Duration DEFAULT_LIFE = Duration.ofDays(90);

    private static final Pattern SHAPE = Pattern.compile("kv_([0-9a-z]{8})_([A-Za-z0-9_-]{43})");
    private static final int ID_LENGTH = 8;
    private static final int SECRET_BYTES = 32;

    private final JdbcClient database;
    private final Audit audit;

    ApiKeys(JdbcClient database, Audit audit) {
        this.database = database;
        this.audit = audit;
    }

    /** What is known of a key once its secret has been shown. */
    public record ApiKey(
            String id,
            String name,
            List<String> scopes,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {}

    /**
     * A new key.
     *
     * @param key the whole of it; never to be had again
     */
    public record IssuedKey(String key, ApiKey details) {}

    /** Makes a key for a user, with scopes that the user has. */
    @Transactional
    public IssuedKey issue(Caller caller, String name, Set<Scope> scopes, Duration life) {
        Set<Scope> beyond = scopes.stream().filter(scope -> !caller.may(scope)).collect(Collectors.toSet());
        if (!beyond.isEmpty()) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN,
                    "A key cannot have more scopes than its maker, who lacks %s.".formatted(texts(beyond)));
        }
        String id = Secrets.id(ID_LENGTH);
        String secret = Secrets.random(SECRET_BYTES);
        database.sql("""
                        insert into api_key (id, user_id, name, secret_sha256, scopes, expires_at)
                        values (:id, :user, :name, :digest, string_to_array(:scopes, ' '),
                            clock_timestamp() + make_interval(secs => :seconds))""")
                .param("id", id)
                .param("user", caller.userId())
                .param("name", name)
                .param("digest", Secrets.sha256(secret))
                .param("scopes", String.join(" ", texts(scopes)))
                .param("seconds", (double) life.toSeconds())
                .update();
        audit.record(caller.name(), "key.create", "key_" + id, Audit.Outcome.DONE);
        ApiKey details = find(caller.userId(), id).orElseThrow();
        return new IssuedKey("kv_" + id + "_" + secret, details);
    }

    /** Whose key this is, if it is a good one now. */
    Optional<Caller> caller(String key) {
        Matcher parts = SHAPE.matcher(key);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String digest = Secrets.sha256(parts.group(2));
        return database.sql("""
                        select u.id, u.name, u.role, k.secret_sha256, k.scopes from api_key k join app_user u on u.id = k.user_id
                        where k.id = :id and k.revoked_at is null and k.expires_at > clock_timestamp()
                          and u.disabled_at is null""")
                .param("id", parts.group(1))
                .query((row, number) -> new Candidate(row.getString("secret_sha256"), caller(row, number)))
                .optional()
                .filter(candidate -> Secrets.equal(candidate.digest(), digest))
                .map(Candidate::caller);
    }

    List<ApiKey> all(UUID user) {
        return database.sql("select * from api_key where user_id = :user order by created_at desc, id")
                .param("user", user)
                .query(ApiKeys::key)
                .list();
    }

    Optional<ApiKey> find(UUID user, String id) {
        return database.sql("select * from api_key where user_id = :user and id = :id")
                .param("user", user)
                .param("id", id)
                .query(ApiKeys::key)
                .optional();
    }

    /** Ends the key whose whole text this is; does nothing if the user has no such key. */
    @Transactional
    public void revokeIfKnown(Caller caller, String key) {
        Matcher parts = SHAPE.matcher(key);
        if (parts.matches() && find(caller.userId(), parts.group(1)).isPresent()) {
            revoke(caller, parts.group(1));
        }
    }

    /** Ends a key at once; ending it again changes nothing. */
    @Transactional
    void revoke(Caller caller, String id) {
        if (find(caller.userId(), id).isEmpty()) {
            throw ProblemException.notFound("key", "key_" + id);
        }
        database.sql("""
                        update api_key set revoked_at = clock_timestamp()
                        where user_id = :user and id = :id and revoked_at is null""").param("user", caller.userId()).param("id", id).update();
        audit.record(caller.name(), "key.revoke", "key_" + id, Audit.Outcome.DONE);
    }

    private record Candidate(String digest, Caller caller) {}

    private static Caller caller(ResultSet row, int number) throws SQLException {
        Caller user = Users.caller(row, number);
        Set<Scope> scopes = scopes(row).stream()
                .map(Scope::of)
                .flatMap(Optional::stream)
                .filter(user::may)
                .collect(Collectors.toSet());
        return new Caller(user.userId(), user.name(), scopes);
    }

    private static ApiKey key(ResultSet row, int number) throws SQLException {
        return new ApiKey(
                "key_" + row.getString("id"),
                row.getString("name"),
                scopes(row),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    private static List<String> scopes(ResultSet row) throws SQLException {
        return Arrays.asList((String[]) row.getArray("scopes").getArray());
    }

    private static List<String> texts(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).toList();
    }
}
