package dev.kvasir.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class MigrationsIT {

    private static final String OWNER = "00000000-0000-7000-8000-000000000001";
    private static final String GRAPH = "00000000-0000-7000-8000-000000000002";
    private static final String RUN = "00000000-0000-7000-8000-000000000003";
    private static final String WORKER = "00000000-0000-7000-8000-000000000004";
    private static final String ISLAND = "00000000-0000-7000-8000-000000000005";

    @Test
    void everyScriptRunsFromAnEmptyDatabaseAndASecondTimeChangesNothing() {
        TestDatabase database = TestDatabase.empty();
        Flyway flyway = Flyway.configure().dataSource(database.dataSource()).load();

        int scripts = flyway.migrate().migrationsExecuted;

        assertThat(scripts).isGreaterThanOrEqualTo(26);
        assertThat(flyway.migrate().migrationsExecuted).isZero();
        assertThat(List.of(flyway.info().all())).allMatch(MigrationsIT::isVersioned);
    }

    @Test
    void noColumnHoldsATimeWithoutAZone() {
        JdbcClient jdbc = JdbcClient.create(TestDatabase.migrated().dataSource());

        List<@Nullable String> zoneless = jdbc.sql("""
                        SELECT table_name || '.' || column_name FROM information_schema.columns
                        WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'
                          AND table_name <> 'flyway_schema_history'""").query(String.class).list();

        assertThat(zoneless).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a lease without a worker     | UPDATE island SET lease_until = clock_timestamp()
                    running without a lease      | UPDATE island SET state = 'RUNNING'
                    an end without its time      | UPDATE island SET state = 'FAILED'
                    a time of an end without it  | UPDATE island SET finished_at = clock_timestamp()
                    an unknown state             | UPDATE run SET state = 'DONE'
                    success that never started   | UPDATE run SET state = 'SUCCEEDED', finished_at = clock_timestamp()
                    a failure nobody asked for   | UPDATE run SET state = 'FAILED', finished_at = clock_timestamp()
                    a sum of nothing             | UPDATE run SET timeout_ms = 0
                    a changed version            | UPDATE graph_version SET notes = 'other'
                    """)
    void whatCannotBeCannotBeStored(String what, String sql) {
        JdbcClient jdbc = withOneRun();

        assertThatThrownBy(() -> jdbc.sql(sql).update()).as(what).hasMessageContaining("ERROR");
    }

    @Test
    void noStateLeavesAFinalOne() {
        JdbcClient jdbc = withOneRun();
        jdbc.sql("UPDATE island SET state = 'SKIPPED', finished_at = clock_timestamp()")
                .update();

        assertThatThrownBy(() -> jdbc.sql("UPDATE island SET state = 'PENDING', finished_at = NULL")
                        .update())
                .hasMessageContaining("A row of island ended as SKIPPED and cannot become PENDING.");
    }

    @Test
    void anEpochNeverFalls() {
        JdbcClient jdbc = withOneRun();
        jdbc.sql("UPDATE island SET epoch = 3").update();

        assertThatThrownBy(() -> jdbc.sql("UPDATE island SET epoch = 2").update())
                .hasMessageContaining("The epoch of a row of island cannot fall from 3 to 2.");
    }

    @Test
    void aRunHasOneTerminalEvent() {
        JdbcClient jdbc = withOneRun();
        String insert = "INSERT INTO event (run_id, seq, name) VALUES ('" + RUN + "', %d, '%s')";
        jdbc.sql(String.format(insert, 1, "run.failed")).update();

        assertThatThrownBy(() ->
                        jdbc.sql(String.format(insert, 2, "run.succeeded")).update())
                .hasMessageContaining("event_terminal");
    }

    private static boolean isVersioned(MigrationInfo script) {
        return script.isVersioned();
    }

    private static JdbcClient withOneRun() {
        JdbcClient jdbc = JdbcClient.create(TestDatabase.migrated().dataSource());
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES ('" + OWNER + "', 'me', 'ADMIN')")
                .update();
        jdbc.sql("INSERT INTO graph (id, owner_id, name, title) VALUES ('" + GRAPH + "', '" + OWNER + "', 'g', 'G')")
                .update();
        jdbc.sql("INSERT INTO graph_version (graph_id, number, sha256, document, lock, published_by) VALUES ('" + GRAPH
                        + "', 1, repeat('a', 64), '{}', '{}', '" + OWNER + "')")
                .update();
        jdbc.sql(
                        "INSERT INTO run (id, owner_id, graph_id, version, state, input, input_sha256, seed, profile, timeout_ms,"
                                + " queue_deadline_at) VALUES ('" + RUN + "', '" + OWNER + "', '" + GRAPH
                                + "', 1, 'QUEUED', '{}', repeat('a', 64), 0, 'fast', 1000, clock_timestamp())")
                .update();
        jdbc.sql("INSERT INTO worker (id, name, pool, state, host, pid, slots, version) VALUES ('" + WORKER
                        + "', 'w', 'default', 'ACTIVE', 'h', 1, 1, '0')")
                .update();
        jdbc.sql("INSERT INTO island (id, run_id, number, state, pool, priority, timeout_ms) VALUES ('" + ISLAND
                        + "', '" + RUN + "', 0, 'PENDING', 'default', 0, 1000)")
                .update();
        return jdbc;
    }
}
