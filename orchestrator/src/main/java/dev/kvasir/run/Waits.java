package dev.kvasir.run;

import dev.kvasir.graph.Node;
import dev.kvasir.graph.Values;
import dev.kvasir.run.Journal.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rows of what runs wait for from people. Whoever changes one holds the lock of its run's row. */
final class Waits {

    private static final String SELECT = "SELECT w.*, s.node FROM wait w JOIN step s ON s.id = w.step_id ";

    private final JdbcClient jdbc;
    private final RunRows rows;
    private final JsonMapper json;

    Waits(JdbcClient jdbc, RunRows rows, JsonMapper json) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.json = json;
    }

    /**
     * Lets a step wait for a person.
     *
     * @return the event that tells of it
     * @throws dev.kvasir.graph.TemplateException if its prompt cannot be written
     */
    Entry open(UUID run, StepRow step, Node.Human human, Values values) {
        WaitId id = new WaitId(HexIds.next());
        String prompt = SafeText.storable(values.fill(human.prompt()));
        JsonNode form = human.form();
        rows.await(step.id());
        jdbc.sql("""
                        INSERT INTO wait (id, run_id, step_id, state, prompt, form, assignees, expires_at)
                        VALUES (:id, :run, :step, 'OPEN', :prompt, :form::json, :assignees,
                            clock_timestamp() + :timeout * interval '1 ms')""")
                .param("id", id.value())
                .param("run", run)
                .param("step", step.id())
                .param("prompt", prompt)
                .param("form", form == null ? null : form.toString())
                .param("assignees", human.assignees().toArray(String[]::new))
                .param("timeout", human.timeout().toMillis())
                .update();
        return Entry.step("wait.opened", step, Entry.nothing().put("waitId", id.toString()));
    }

    List<WaitRecord> of(UUID run) {
        return jdbc.sql(SELECT + "WHERE w.run_id = :run ORDER BY w.opened_at, w.id")
                .param("run", run)
                .query((row, number) -> read(row))
                .list();
    }

    Optional<WaitRecord> find(UUID run, WaitId wait) {
        return jdbc.sql(SELECT + "WHERE w.run_id = :run AND w.id = :wait")
                .param("run", run)
                .param("wait", wait.value())
                .query((row, number) -> read(row))
                .optional();
    }

    void answer(WaitId wait, UUID who, String action, JsonNode values) {
        jdbc.sql("""
                        UPDATE wait SET state = 'ANSWERED', finished_at = clock_timestamp(), action = :action,
                               answer = :answer::json, answered_by = :who
                        WHERE id = :wait AND state = 'OPEN'""")
                .param("wait", wait.value())
                .param("who", who)
                .param("action", action)
                .param("answer", values.toString())
                .update();
    }

    void expire(WaitId wait) {
        jdbc.sql(
                        "UPDATE wait SET state = 'EXPIRED', finished_at = clock_timestamp() WHERE id = :wait AND state = 'OPEN'")
                .param("wait", wait.value())
                .update();
    }

    /** Closes what a run that is stopped waits for. */
    void cancel(UUID run) {
        jdbc.sql(
                        "UPDATE wait SET state = 'CANCELLED', finished_at = clock_timestamp() WHERE run_id = :run AND state = 'OPEN'")
                .param("run", run)
                .update();
    }

    /** Runs that have waited too long for somebody. */
    List<UUID> due(int limit) {
        return jdbc.sql("""
                        SELECT DISTINCT run_id FROM wait
                        WHERE state = 'OPEN' AND expires_at <= clock_timestamp() LIMIT :limit""")
                .param("limit", limit)
                .query((row, number) -> row.getObject("run_id", UUID.class))
                .list();
    }

    /** What of a run has waited too long. */
    List<WaitRecord> dueOf(UUID run) {
        return jdbc.sql(SELECT + "WHERE w.run_id = :run AND w.state = 'OPEN' AND w.expires_at <= clock_timestamp()")
                .param("run", run)
                .query((row, number) -> read(row))
                .list();
    }

    private WaitRecord read(ResultSet row) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new WaitRecord(
                new WaitId(row.getObject("id", UUID.class)),
                new RunId(row.getObject("run_id", UUID.class)),
                new StepId(row.getObject("step_id", UUID.class)),
                row.getString("node"),
                WaitRecord.State.valueOf(row.getString("state")),
                row.getString("prompt"),
                tree(row.getString("form")),
                List.of((String[]) row.getArray("assignees").getArray()),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getString("action"),
                tree(row.getString("answer")));
    }

    private @Nullable JsonNode tree(@Nullable String document) {
        return document == null ? null : json.readTree(document);
    }
}
