package dev.kvasir.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.hook.HookKit.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Triggers over REST, called over real HTTP. */
class TriggersIT {

    private static final String INPUT = "{\"question\":\"{{ headers.x_kind }}: {{ body.issue.title }}\"}";
    private static final String BODY = "{\"issue\":{\"title\":\"A gate\",\"assignee\":null},\"count\":3}";

    private final HookKit kit = HookKit.shared();

    @Test
    void aKeyStartsARunOfWhatTheCallSays() {
        Answer made = trigger(
                "KEY",
                "{\"question\":\"{{ headers.x_kind }}: {{ body.issue.title }}\",\"count\":\"{{ body.count }}\"}");
        assertThat(made.text("secret")).matches("kvt_[A-Za-z0-9_-]{43}");
        assertThat(made.text("address")).isEqualTo("/hooks/" + made.text("id"));

        Answer called = call(made, made.text("secret"), BODY, "X-Kind", "push");

        assertThat(called.status()).isEqualTo(202);
        assertThat(called.header("Location")).isEqualTo("/api/v1/runs/" + called.text("id"));
        JsonNode run = kit.get("/api/v1/runs/" + called.text("id")).json();
        assertThat(run.path("input").toString()).isEqualTo("{\"question\":\"push: A gate\",\"count\":3}");
        assertThat(run.path("labels").path("trigger").asString()).isEqualTo(made.text("id"));
        JsonNode audit = kit.get("/api/v1/audit?limit=1").json().at("/items/0");
        assertThat(audit.path("actor").asString()).isEqualTo(made.text("id"));
        assertThat(audit.path("subject").asString()).isEqualTo(called.text("id"));
    }

    @Test
    void withoutTheKeyNobodyIsLetIn() {
        Answer made = trigger("KEY", INPUT);

        for (String wrong : List.of("", "kvt_" + "A".repeat(43), made.text("secret") + "x", kit.key())) {
            Answer refused = call(made, wrong, BODY, "X-Kind", "push");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text("detail"))
                    .isEqualTo("The trigger's key is missing or wrong. Send it as 'Authorization: Bearer'.");
        }
    }

    @Test
    void aSignedMessageStartsOneRunHoweverOftenItComes() throws Exception {
        Answer made = trigger("SIGNATURE", INPUT);
        List<Future<Answer>> calls;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            calls = IntStream.range(0, 8)
                    .mapToObj(number -> threads.submit(() -> signed(made, "msg_1", 0, BODY)))
                    .toList();
        }
        Set<String> runs = calls.stream()
                .map(Future::resultNow)
                .filter(answer -> answer.status() == 202)
                .map(answer -> answer.text("id"))
                .collect(Collectors.toSet());

        assertThat(calls).extracting(call -> call.resultNow().status()).containsOnly(202);
        assertThat(runs).hasSize(1);
        assertThat(signed(made, "msg_1", 0, BODY).header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(signed(made, "msg_2", 0, BODY).text("id")).isNotIn(runs);
        Answer other = signed(made, "msg_1", 0, "{\"issue\":{\"title\":\"Another\"}}");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("detail"))
                .isEqualTo("Message 'msg_1' was here before with another body. Each message needs an id of its own.");
    }

    @ParameterizedTest
    @ValueSource(ints = {-310, 310, -86_400})
    void aMessageThatIsNotOfNowIsRefused(int seconds) {
        Answer refused = signed(trigger("SIGNATURE", INPUT), "msg_1", seconds, BODY);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.text("detail"))
                .isEqualTo(
                        "webhook-timestamp is more than 300 seconds from now. Sign each try anew, and set the clock.");
    }

    @ParameterizedTest
    @ValueSource(ints = {-280, 280})
    void aClockMayBeAFewMinutesWrong(int seconds) {
        assertThat(signed(trigger("SIGNATURE", INPUT), "msg_1", seconds, BODY).status())
                .isEqualTo(202);
    }

    @Test
    void whateverIsNotSignedAsItComesIsRefused() {
        Answer made = trigger("SIGNATURE", INPUT);
        long now = Clock.systemUTC().instant().getEpochSecond();
        String good = Signature.of(made.text("secret"), "m", now, BODY.getBytes(StandardCharsets.UTF_8));

        String wrong = "The signature does not fit. Sign webhook-id.webhook-timestamp.body with the trigger's secret.";
        assertThat(raw(made, BODY + " ", "m", now, good).text("detail")).isEqualTo(wrong);
        assertThat(raw(made, BODY, "n", now, good).text("detail")).isEqualTo(wrong);
        assertThat(raw(made, BODY, "m", now - 1, good).text("detail")).isEqualTo(wrong);
        assertThat(raw(made, BODY, "m", now, "v1,AAAA").status()).isEqualTo(401);
        assertThat(call(made, "", BODY).text("detail"))
                .isEqualTo("The call is not signed. Send webhook-id, webhook-timestamp and webhook-signature.");
        assertThat(raw(made, BODY, "m", now, "v1,AAAA " + good).status()).isEqualTo(422); // x-kind is missing
    }

    @Test
    void aCallThatIsRefusedMayComeAgain() {
        Answer made = trigger("KEY", INPUT);

        Answer refused = call(made, made.text("secret"), BODY, "Idempotency-Key", "k1");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("detail"))
                .isEqualTo("The trigger's input cannot be made of this call: 'headers.x_kind' has no value in this run."
                        + " Guard it with {{#if headers.x_kind}}, or give it a default.");
        Answer called = call(made, made.text("secret"), BODY, "Idempotency-Key", "k1", "X-Kind", "push");
        assertThat(called.status()).isEqualTo(202);
        Answer again = call(made, made.text("secret"), BODY, "Idempotency-Key", "k1", "X-Kind", "push");
        assertThat(again.text("id")).isEqualTo(called.text("id"));
    }

    @Test
    void anInputThatDoesNotFitTheGraphIsRefused() {
        Answer made = trigger("KEY", "{\"question\":\"{{ body.count }}\"}");

        Answer refused = call(made, made.text("secret"), BODY);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("code")).isEqualTo("INPUT_INVALID");
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/input/question");
    }

    @Test
    void bodiesAreBoundedAndJson() {
        Answer made = trigger("KEY", INPUT);
        String key = made.text("secret");

        assertThat(call(made, key, "\"" + "x".repeat(1_000_000) + "\"").status())
                .isEqualTo(413);
        assertThat(call(made, key, "{\"a\":1,\"a\":2}").text("code")).isEqualTo("MALFORMED_JSON");
        assertThat(call(made, key, "{").text("code")).isEqualTo("MALFORMED_JSON");
        assertThat(call(made, key, "").text("code")).isEqualTo("INPUT_INVALID");
        assertThat(kit.send("GET", made.text("address"), "", "").status()).isEqualTo(401);
    }

    @Test
    void whatIsNoTriggerOrIsSwitchedOffIsNotThere() {
        Answer made = trigger("KEY", INPUT);
        kit.send("PATCH", "/api/v1/triggers/" + made.text("id"), kit.key(), "{\"enabled\":false}");

        assertThat(call(made, made.text("secret"), BODY, "X-Kind", "push").status())
                .isEqualTo(404);
        assertThat(kit.send("POST", "/hooks/trigger_00000000000070008000000000000000", "", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(kit.send("POST", "/hooks/x", "", "{}").header("Content-Type"))
                .startsWith("application/problem+json");
    }

    @Test
    void aTriggerIsNotCalledTooOften() {
        Answer made = trigger("KEY", INPUT);
        List<Integer> answers = IntStream.range(0, 41)
                .map(number ->
                        call(made, made.text("secret"), BODY, "X-Kind", "push").status())
                .boxed()
                .toList();

        assertThat(answers.subList(0, 40)).containsOnly(202);
        assertThat(answers.getLast()).isEqualTo(429);
    }

    @Test
    void anOldSecretIsGoodAsLongAsItsSuccessorsMakerSays() {
        Answer made = trigger("KEY", INPUT);
        String rotate = "/api/v1/triggers/" + made.text("id") + "/rotate";

        String second = kit.post(rotate, "{\"graceMs\":60000}").text("secret");
        assertThat(call(made, made.text("secret"), BODY, "X-Kind", "push").status())
                .isEqualTo(202);
        assertThat(call(made, second, BODY, "X-Kind", "push").status()).isEqualTo(202);
        String third = kit.post(rotate, "{\"graceMs\":0}").text("secret");
        assertThat(call(made, second, BODY, "X-Kind", "push").status()).isEqualTo(401);
        assertThat(call(made, third, BODY, "X-Kind", "push").status()).isEqualTo(202);
        assertThat(kit.post(rotate, "{\"graceMs\":-1}").text("detail"))
                .isEqualTo("graceMs must be between 0 and 604800000.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"name":"t","auth":"KEY"}                                                        | 422 | A trigger needs a graph.
                    {"name":"t","graph":"repeat"}                                                    | 422 | A trigger needs auth: SIGNATURE or KEY.
                    {"name":"t","graph":"nono","auth":"KEY"}                                         | 404 | There is no graph 'nono'.
                    {"name":"t","graph":"repeat","version":9,"auth":"KEY"}                           | 404 | There is no version of the graph '9'.
                    {"name":"t","graph":"repeat","auth":"KEY","input":{"a":"{{ input.x }}"}}         | 422 | Template of 'a': 'input.x' is not a value. Values begin with: body, headers.
                    {"name":"t","graph":"repeat","auth":"KEY","input":{"a":"{{#if body.x}}"}}        | 422 | Template of 'a', line 1: '{{#if' is never closed.
                    """)
    void whatCannotBeATriggerIsRefused(String body, int status, String detail) {
        Answer refused = kit.post("/api/v1/triggers", body);

        assertThat(refused.text("detail")).isEqualTo(detail);
        assertThat(refused.status()).isEqualTo(status);
    }

    @Test
    void aTriggerIsItsOwnersAlone() {
        String one = "/api/v1/triggers/" + trigger("KEY", INPUT).text("id");

        assertThat(kit.send("GET", one, kit.strangersKey(), "").status()).isEqualTo(404);
        assertThat(kit.send("PATCH", one, kit.strangersKey(), "{}").status()).isEqualTo(404);
        assertThat(kit.send("DELETE", one, kit.strangersKey(), "").status()).isEqualTo(404);
        assertThat(kit.send("POST", one + "/rotate", kit.strangersKey(), "").status())
                .isEqualTo(404);
        assertThat(kit.send("DELETE", one, kit.readersKey(), "").status()).isEqualTo(403);
        assertThat(kit.get(one).response().body()).doesNotContain("secret");
        assertThat(kit.send("DELETE", one, kit.key(), "").status()).isEqualTo(204);
        assertThat(kit.get(one).status()).isEqualTo(404);
    }

    private Answer trigger(String auth, String input) {
        Answer made = kit.post(
                "/api/v1/triggers",
                "{\"name\":\"t\",\"graph\":\"repeat\",\"auth\":\"" + auth + "\",\"input\":" + input + "}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        return made;
    }

    private Answer call(Answer trigger, String key, String body, String... headers) {
        return kit.send("POST", trigger.text("address"), key, body, headers);
    }

    private Answer signed(Answer trigger, String message, int seconds, String body) {
        long time = Clock.systemUTC().instant().getEpochSecond() + seconds;
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String signature = Signature.of(trigger.text("secret"), message, time, bytes);
        return kit.send(
                "POST",
                trigger.text("address"),
                "",
                body,
                "webhook-id",
                message,
                "webhook-timestamp",
                Long.toString(time),
                "webhook-signature",
                signature,
                "X-Kind",
                "push");
    }

    private Answer raw(Answer trigger, String body, String message, long time, String signature) {
        return kit.send(
                "POST",
                trigger.text("address"),
                "",
                body,
                "webhook-id",
                message,
                "webhook-timestamp",
                Long.toString(time),
                "webhook-signature",
                signature);
    }
}
