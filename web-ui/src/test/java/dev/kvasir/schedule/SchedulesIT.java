package dev.kvasir.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.hook.HookKit;
import dev.kvasir.hook.HookKit.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Schedules over REST on a real database. Where a test cannot wait for a time to come, it writes that it has. */
class SchedulesIT {

    private static final String DAILY = "\"everyMs\":86400000";

    private final HookKit kit = HookKit.shared();

    @AfterEach
    void startNothingAnyMore() {
        kit.jdbc().sql("DELETE FROM schedule").update();
    }

    @Test
    void eachDueTimeStartsOneRunHoweverManyServersThereAre() {
        try (var another = kit.server()) {
            String one = schedule("repeat", "\"everyMs\":1000");

            List<JsonNode> outcomes =
                    await().atMost(Duration.ofSeconds(15)).until(() -> outcomes(one), list -> list.size() >= 4);

            Instant created = Instant.parse(kit.get(one).text("createdAt"));
            List<Long> due = outcomes.reversed().stream()
                    .map(outcome -> Duration.between(
                                    created, Instant.parse(outcome.path("dueAt").asString()))
                            .toMillis())
                    .toList();
            assertThat(due.subList(0, 4)).containsExactly(1000L, 2000L, 3000L, 4000L);
            assertThat(outcomes)
                    .allMatch(outcome -> outcome.path("outcome").asString().equals("STARTED"));
            assertThat(outcomes)
                    .extracting(outcome -> outcome.path("run").asString())
                    .doesNotHaveDuplicates();
            assertThat(runs(one)).isEqualTo(outcomes(one).size());
            assertThat(another.isRunning()).isTrue();
        }
    }

    @Test
    void aScheduleGoesOnAfterARestartAndMakesUpForALittle() {
        String one = schedule("repeat", "\"everyMs\":1000");
        await().until(() -> !outcomes(one).isEmpty());

        kit.restart();

        List<JsonNode> after =
                await().atMost(Duration.ofSeconds(20)).until(() -> outcomes(one), list -> list.size() >= 4);
        List<Instant> due = after.reversed().stream()
                .map(outcome -> Instant.parse(outcome.path("dueAt").asString()))
                .toList();
        for (int at = 1; at < due.size(); at++) {
            assertThat(due.get(at)).isEqualTo(due.get(at - 1).plusSeconds(1));
        }
        assertThat(after).allMatch(outcome -> outcome.path("outcome").asString().equals("STARTED"));
    }

    @Test
    void whileARunIsOpenSkipDoesNothing() {
        String one = schedule("open", DAILY + ",\"overlap\":\"SKIP\"");
        String first = started(one);

        JsonNode second = due(one);

        assertThat(second.path("outcome").asString()).isEqualTo("SKIPPED");
        assertThat(second.path("detail").asString()).isEqualTo("Run " + first + " was still open.");
        kit.post("/api/v1/runs/" + first + "/cancel", "");
        assertThat(due(one).path("outcome").asString()).isEqualTo("STARTED");
    }

    @Test
    void whileARunIsOpenOneStartIsHeldBackAndNoMore() {
        String one = schedule("open", DAILY + ",\"overlap\":\"BUFFER_ONE\"");
        String first = started(one);

        assertThat(due(one).path("outcome").asString()).isEqualTo("BUFFERED");
        JsonNode third = due(one);
        assertThat(third.path("outcome").asString()).isEqualTo("SKIPPED");
        assertThat(third.path("detail").asString()).isEqualTo("A start was held back already, for run " + first + ".");
        kit.post("/api/v1/runs/" + first + "/cancel", "");

        await().untilAsserted(() -> assertThat(outcomes(one))
                .extracting(outcome -> outcome.path("outcome").asString())
                .containsExactly("SKIPPED", "STARTED", "STARTED"));
        assertThat(runs(one)).isEqualTo(2);
    }

    @Test
    void whileARunIsOpenAllowAllStartsAnother() {
        String one = schedule("open", DAILY + ",\"overlap\":\"ALLOW_ALL\"");
        started(one);

        assertThat(due(one).path("outcome").asString()).isEqualTo("STARTED");
        assertThat(runs(one)).isEqualTo(2);
    }

    @Test
    void whileARunIsOpenCancelOtherCancelsIt() {
        String one = schedule("open", DAILY + ",\"overlap\":\"CANCEL_OTHER\"");
        String first = started(one);

        assertThat(due(one).path("outcome").asString()).isEqualTo("STARTED");
        assertThat(kit.get("/api/v1/runs/" + first).text("state")).isEqualTo("CANCELLED");
    }

    @Test
    void whatIsTooLateIsMissedAndTheNextTimeIsAhead() {
        String one = schedule("repeat", "\"everyMs\":3600000,\"catchUpMs\":60000");
        int before = runs(one);
        kit.jdbc().sql("""
                        UPDATE schedule SET created_at = created_at - interval '10 hours 30 minutes',
                               next_due_at = created_at - interval '5 hours 30 minutes',
                               next_run_at = created_at - interval '5 hours 30 minutes'""").update();

        JsonNode missed =
                await().until(() -> outcomes(one), list -> !list.isEmpty()).getFirst();

        assertThat(missed.path("outcome").asString()).isEqualTo("MISSED");
        assertThat(missed.path("detail").asString())
                .matches("Due times from \\S+ to \\S+ could not start runs within catchUpMs \\(60000\\)\\.");
        assertThat(Instant.parse(kit.get(one).json().at("/upcoming/0").asString()))
                .isEqualTo(Instant.parse(kit.get(one).text("createdAt")).plus(Duration.ofHours(11)));
        assertThat(runs(one)).isEqualTo(before);
    }

    @Test
    void whatTheGraphRefusesIsToldAndTheScheduleGoesOn() {
        String one = schedule("repeat", DAILY + ",\"input\":{\"count\":1}");

        JsonNode refused = due(one);

        assertThat(refused.path("outcome").asString()).isEqualTo("REFUSED");
        assertThat(refused.path("detail").asString())
                .startsWith("1 problem: Input ")
                .contains("question");
        assertThat(kit.get(one).text("state")).isEqualTo("ACTIVE");
    }

    @Test
    void aPausedScheduleStartsNothingUntilItIsResumed() {
        String one = schedule("repeat", "\"everyMs\":1000");

        assertThat(kit.post(one + "/pause", "").text("state")).isEqualTo("PAUSED");
        int before = outcomes(one).size();
        assertThat(kit.get(one).json().path("upcoming")).isEmpty();
        assertThat(kit.post(one + "/pause", "").status()).isEqualTo(200);
        await().during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(3))
                .until(() -> outcomes(one).size() == before);

        assertThat(kit.post(one + "/resume", "").text("state")).isEqualTo("ACTIVE");
        await().until(() -> outcomes(one).size() > before);
    }

    @Test
    void aRunThatIsAskedForStartsWhateverIsOpen() {
        String one = schedule("open", DAILY);
        started(one);

        Answer asked = kit.post(one + "/run", "", "Idempotency-Key", "asked-" + one);
        Answer again = kit.post(one + "/run", "", "Idempotency-Key", "asked-" + one);

        assertThat(asked.status()).isEqualTo(202);
        assertThat(again.text("id")).isEqualTo(asked.text("id"));
        JsonNode newest = outcomes(one).getFirst();
        assertThat(newest.path("cause").asString()).isEqualTo("ASKED");
        assertThat(newest.path("run").asString()).isEqualTo(asked.text("id"));
        assertThat(kit.get("/api/v1/runs?label=schedule%3D" + one.substring(one.lastIndexOf('/') + 1))
                        .json()
                        .path("items"))
                .hasSize(2);
    }

    @Test
    void aCronLineTellsItsNextTimesInItsZone() {
        String one =
                schedule("repeat", "\"cron\":\"30 9 * * MON-FRI\",\"timeZone\":\"Europe/Berlin\",\"jitterMs\":1000");

        JsonNode read = kit.get(one).json();

        assertThat(read.path("upcoming"))
                .hasSize(5)
                .allMatch(time -> time.asString().matches("\\S+T0[78]:30:00\\.000Z"));
        assertThat(read.path("cron").asString()).isEqualTo("30 9 * * MON-FRI");
        JsonNode changed = kit.send(
                        "PATCH",
                        one,
                        kit.key(),
                        "{\"cron\":\"0 12 * * *\",\"timeZone\":\"UTC\",\"overlap\":\"ALLOW_ALL\"}")
                .json();
        assertThat(changed.path("upcoming")).allMatch(time -> time.asString().endsWith("T12:00:00.000Z"));
        assertThat(kit.send("PATCH", one, kit.key(), "{\"everyMs\":5000}")
                        .json()
                        .has("cron"))
                .isFalse();
    }

    @Test
    void jitterPutsRunsOffByLessThanItSays() {
        String one = schedule("repeat", DAILY + ",\"jitterMs\":60000");

        assertThat(kit.jdbc()
                        .sql("SELECT next_run_at - next_due_at < interval '1 minute' FROM schedule")
                        .query(Boolean.class)
                        .single())
                .isTrue();
        assertThat(kit.get(one).json().path("jitterMs").asInt()).isEqualTo(60000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "graph":"repeat"                                              | 422 | A schedule needs cron or everyMs.
                    "everyMs":5000                                                | 422 | A schedule needs a graph.
                    "graph":"nono","everyMs":5000                                 | 404 | There is no graph 'nono'.
                    "graph":"repeat","everyMs":999                                | 422 | everyMs must be between 1000 and 31622400000.
                    "graph":"repeat","everyMs":5000,"cron":"* * * * *"            | 422 | A schedule has cron or everyMs, not both.
                    "graph":"repeat","cron":"* * * *"                             | 422 | A cron line has 5 fields, not 4: minute, hour, day of the month, month, day of the week.
                    "graph":"repeat","cron":"0 0 30 2 *"                          | 422 | The cron line '0 0 30 2 *' names no day that ever comes.
                    "graph":"repeat","everyMs":5000,"timeZone":"Mars/Olympus"     | 422 | Time zone 'Mars/Olympus' is not known. Use a name of the IANA's, such as Europe/Berlin.
                    "graph":"repeat","everyMs":5000,"jitterMs":86400001           | 422 | jitterMs must be between 0 and 86400000.
                    "graph":"repeat","everyMs":5000,"catchUpMs":1                 | 422 | catchUpMs must be between 1000 and 31622400000.
                    """)
    void whatCannotBeAScheduleIsRefused(String fields, int status, String detail) {
        Answer refused = kit.post("/api/v1/schedules", "{\"name\":\"s\"," + fields + "}");

        assertThat(refused.text("detail")).isEqualTo(detail);
        assertThat(refused.status()).isEqualTo(status);
    }

    @Test
    void aScheduleIsItsOwnersAlone() {
        String one = schedule("repeat", DAILY);

        assertThat(kit.send("GET", one, kit.strangersKey(), "").status()).isEqualTo(404);
        assertThat(kit.send("GET", one + "/outcomes", kit.strangersKey(), "").status())
                .isEqualTo(404);
        for (String call : List.of("/run", "/pause", "/resume")) {
            assertThat(kit.send("POST", one + call, kit.strangersKey(), "").status())
                    .isEqualTo(404);
            assertThat(kit.send("POST", one + call, kit.readersKey(), "").status())
                    .isEqualTo(403);
        }
        assertThat(kit.send("PATCH", one, kit.strangersKey(), "{}").status()).isEqualTo(404);
        assertThat(kit.send("DELETE", one, kit.strangersKey(), "").status()).isEqualTo(404);
        assertThat(kit.send("DELETE", one, kit.key(), "").status()).isEqualTo(204);
        assertThat(kit.get(one).status()).isEqualTo(404);
    }

    private String schedule(String graph, String fields) {
        String input = fields.contains("\"input\"") ? "" : ",\"input\":{\"question\":\"q\"}";
        Answer made =
                kit.post("/api/v1/schedules", "{\"name\":\"s\",\"graph\":\"" + graph + "\"," + fields + input + "}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        return made.header("Location");
    }

    /** Lets the next time come now, and says what became of it. */
    private JsonNode due(String schedule) {
        int before = outcomes(schedule).size();
        kit.jdbc()
                .sql("UPDATE schedule SET next_due_at = clock_timestamp(), next_run_at = clock_timestamp()")
                .update();
        return await().until(() -> outcomes(schedule), list -> list.size() == before + 1)
                .getFirst();
    }

    private String started(String schedule) {
        JsonNode outcome = due(schedule);
        assertThat(outcome.path("outcome").asString()).isEqualTo("STARTED");
        return outcome.path("run").asString();
    }

    private List<JsonNode> outcomes(String schedule) {
        return kit.get(schedule + "/outcomes")
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    private int runs(String schedule) {
        return kit.get("/api/v1/runs/count?label=schedule%3D" + schedule.substring(schedule.lastIndexOf('/') + 1))
                .json()
                .path("count")
                .asInt();
    }
}
