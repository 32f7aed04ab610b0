package dev.kvasir.access;

import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The first answers to POSTs, for a week. */
@Component
public class IdempotencyKeys {

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    IdempotencyKeys(JdbcClient database, PlatformTransactionManager transactions, JsonMapper json) {
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
    }

    /** A key as a request may have it: 1 to 255 visible ASCII characters. */
    public static String checked(String key) {
        if (!VISIBLE.matcher(key).matches()) {
            throw new ProblemException(
                    ProblemType.INVALID_IDEMPOTENCY_KEY, "Idempotency-Key must be 1 to 255 visible ASCII characters.");
        }
        return key;
    }

    /** SHA-256 of a body as sent, hexadecimal. */
    public static String digest(byte[] body) {
        return Secrets.sha256(body);
    }

    /** One use of a key: whose, on what, and with which body. */
    record Use(UUID owner, String method, String path, String key, String bodySha256) {}

    /**
     * Does the work once.
     *
     * @return the answer to an earlier request; empty when the work was done now and has given its own
     * @throws ProblemException if the key had another body, or its first request is still running after two seconds
     */
    Optional<StoredAnswer> once(Use use, Supplier<StoredAnswer> work) {
        Outcome outcome = transaction.execute(status -> {
            if (!taken(use)) {
                return new Outcome.Replay(read(use));
            }
            StoredAnswer answer = work.get();
            if (answer.isRefusal()) {
                status.setRollbackOnly();
                return new Outcome.Done(answer);
            }
            store(use, answer);
            return new Outcome.Done(answer);
        });
        return switch (outcome) {
            case Outcome.Replay(StoredAnswer first) -> Optional.of(first);
            case Outcome.Done(StoredAnswer answer) -> {
                if (answer.isRefusal() && !answer.isOurFault()) {
                    keepRefusal(use, answer);
                }
                yield Optional.empty();
            }
        };
    }

    private sealed interface Outcome {
        record Replay(StoredAnswer first) implements Outcome {}

        record Done(StoredAnswer answer) implements Outcome {}
    }

    private void keepRefusal(Use use, StoredAnswer answer) {
        transaction.executeWithoutResult(status -> {
            if (taken(use)) {
                store(use, answer);
            }
        });
    }

    /** Writes the key's row; false when another transaction has written it before. */
    private boolean taken(Use use) {
        database.sql("set local lock_timeout = '2s'").update();
        database.sql("""
                        delete from idempotency_key where owner_id = :owner and method = :method and path = :path and key = :key
                            and created_at < clock_timestamp() - interval '7 days'""").paramSource(use).update();
        try {
            int rows = database.sql("""
                            insert into idempotency_key (owner_id, method, path, key, body_sha256)
                            values (:owner, :method, :path, :key, :bodySha256) on conflict do nothing""").paramSource(use).update();
            database.sql("set local lock_timeout = default").update();
            return rows == 1;
        } catch (DataAccessException fault) {
            if (fault.getRootCause() instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                throw new ProblemException(
                                ProblemType.IDEMPOTENCY_IN_FLIGHT,
                                "The first request with this Idempotency-Key is still running. Repeat it in a moment.")
                        .withHeader("Retry-After", "1");
            }
            throw fault;
        }
    }

    private StoredAnswer read(Use use) {
        Row row = database.sql("""
                        select body_sha256, answer::text as answer from idempotency_key
                        where owner_id = :owner and method = :method and path = :path and key = :key""")
                .paramSource(use)
                .query((found, number) -> new Row(found.getString("body_sha256"), found.getString("answer")))
                .single();
        if (!Secrets.equal(row.bodySha256(), use.bodySha256())) {
            throw new ProblemException(
                    ProblemType.IDEMPOTENCY_MISMATCH, "This Idempotency-Key was used for another body. Use a new key.");
        }
        return json.readValue(row.answer(), StoredAnswer.class);
    }

    private void store(Use use, StoredAnswer answer) {
        database.sql("""
                        update idempotency_key set status = :status, answer = :answer::json
                        where owner_id = :owner and method = :method and path = :path and key = :key""")
                .param("status", answer.status())
                .param("answer", json.writeValueAsString(answer))
                .param("owner", use.owner())
                .param("method", use.method())
                .param("path", use.path())
                .param("key", use.key())
                .update();
    }

    private record Row(String bodySha256, String answer) {}
}
