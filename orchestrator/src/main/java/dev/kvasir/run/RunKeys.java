package dev.kvasir.run;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The Idempotency-Keys of runs: unique in the transaction that writes the run, so equal requests wait for each other. */
final class RunKeys {

    private static final String METHOD = "POST";

    private final JdbcClient jdbc;

    RunKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes a key for a run; waits up to 2 s for a transaction that has taken it.
     *
     * @return false if it was taken before
     */
    boolean take(UUID owner, RunKey key, UUID run) {
        jdbc.sql("SET LOCAL lock_timeout = '2s'").update();
        int rows = jdbc.sql("""
                        INSERT INTO idempotency_key (owner_id, method, path, key, body_sha256, subject)
                        VALUES (:owner, :method, :path, :key, :body, :subject)
                        ON CONFLICT DO NOTHING""")
                .param("owner", owner)
                .param("method", METHOD)
                .param("path", key.path())
                .param("key", key.key())
                .param("body", key.bodySha256())
                .param("subject", run.toString())
                .update();
        return rows > 0;
    }

    /**
     * The run that a key was taken for.
     *
     * @throws RunKeyException if the body was another
     */
    UUID subject(UUID owner, RunKey key) {
        return jdbc.sql("""
                        SELECT subject, body_sha256 FROM idempotency_key
                        WHERE owner_id = :owner AND method = :method AND path = :path AND key = :key""")
                .param("owner", owner)
                .param("method", METHOD)
                .param("path", key.path())
                .param("key", key.key())
                .query((row, number) -> {
                    if (!key.bodySha256().equals(row.getString("body_sha256"))) {
                        throw RunKeyException.mismatch();
                    }
                    return UUID.fromString(row.getString("subject"));
                })
                .single();
    }
}
