package dev.kvasir.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.hook.HookKit.Answer;
import dev.kvasir.hook.Receiver.Received;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Webhooks over REST, a real database and real HTTP. */
class WebhooksIT {

    private final HookKit kit = HookKit.shared();
    private String path = "";

    @BeforeEach
    void ownPath(TestInfo test) {
        path = "/" + test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void tellNobodyAnyMore() {
        kit.jdbc().sql("DELETE FROM webhook").update();
    }

    @Test
    void theEndOfARunIsToldSignedAndWithoutItsInputAndOutput() {
        Answer made = webhook("");
        String run = kit.run("repeat", "");

        Received told = await().until(() -> kit.receiver.at(path), list -> list.size() == 1)
                .getFirst();

        assertThat(told.isSignedBy(made.text("secret"))).isTrue();
        assertThat(told.header("Content-type")).isEqualTo("application/json");
        assertThat(told.json().path("type").asString()).isEqualTo("run.succeeded");
        assertThat(told.json().path("id").asString())
                .isEqualTo(told.header("Webhook-id"))
                .matches("event_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}");
        assertThat(told.json().path("at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(told.json().at("/data/id").asString()).isEqualTo(run);
        assertThat(told.json().at("/data/state").asString()).isEqualTo("SUCCEEDED");
        assertThat(told.body()).doesNotContain("What is a gate?");
        JsonNode delivery = ended(made);
        assertThat(delivery.path("state").asString()).isEqualTo("DELIVERED");
        assertThat(delivery.path("attempts").asInt()).isEqualTo(1);
        assertThat(delivery.path("statusCode").asInt()).isEqualTo(204);
        assertThat(delivery.path("run").asString()).isEqualTo(run);
        assertThat(delivery.has("error")).isFalse();
    }

    @Test
    void inputAndOutputAreToldWhenTheyAreAskedFor() {
        webhook(",\"fields\":\"core,io\"");
        kit.run("repeat", "");

        JsonNode told = await().until(() -> kit.receiver.at(path), list -> !list.isEmpty())
                .getFirst()
                .json();

        assertThat(told.at("/data/output/answer").asString()).isEqualTo("What is a gate?");
    }

    @Test
    void onlyEventsAndRunsThatAreAskedForAreTold() {
        webhook(",\"events\":[\"run.queued\",\"run.cancelled\"],\"graph\":\"open\"");
        String named = webhook(",\"runs\":\"NAMED\"").text("id");

        kit.run("repeat", "");
        String open = kit.run("open", "");
        kit.post("/api/v1/runs/" + open + "/cancel", "");
        kit.run("repeat", ",\"webhook\":\"" + named + "\"");

        await().until(() -> kit.receiver.at(path).size() == 3);
        assertThat(kit.receiver.at(path))
                .extracting(one -> one.json().path("type").asString())
                .containsExactlyInAnyOrder("run.queued", "run.cancelled", "run.succeeded");
        assertThat(deliveries(named)).hasSize(1);
    }

    @Test
    void aTryThatFailsIsMadeAgainWithTheSameMessage() {
        kit.receiver.on(path, (exchange, number) -> Receiver.status(exchange, number < 3 ? 500 : 200));
        Answer made = webhook("");
        kit.run("repeat", "");

        JsonNode delivery = ended(made);

        assertThat(delivery.path("state").asString()).isEqualTo("DELIVERED");
        assertThat(delivery.path("attempts").asInt()).isEqualTo(3);
        List<Received> told = kit.receiver.at(path);
        assertThat(told).hasSize(3).allMatch(one -> one.isSignedBy(made.text("secret")));
        assertThat(told).extracting(Received::body).containsOnly(told.getFirst().body());
        assertThat(told)
                .extracting(one -> one.header("Webhook-id"))
                .containsOnly(told.getFirst().header("Webhook-id"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    500 | The receiver answered 500, not 2xx.
                    404 | The receiver answered 404, not 2xx.
                    302 | The receiver answered 302, a redirect, which is not followed. Name the final address.
                    """)
    void whatIsNeverAcceptedIsGivenUpAndCanBeAskedForAgain(int status, String sentence) {
        path = path + status;
        kit.receiver.on(path, (exchange, number) -> {
            exchange.getResponseHeaders().add("Location", kit.receiver.url(path + "-elsewhere"));
            Receiver.status(exchange, number <= 3 ? status : 200);
        });
        Answer made = webhook("");
        kit.run("repeat", "");

        JsonNode dead = ended(made);
        assertThat(dead.path("state").asString()).isEqualTo("DEAD");
        assertThat(dead.path("attempts").asInt()).isEqualTo(3);
        assertThat(dead.path("statusCode").asInt()).isEqualTo(status);
        assertThat(dead.path("error").asString()).isEqualTo(sentence);
        assertThat(kit.receiver.at(path + "-elsewhere")).isEmpty();

        Answer again = kit.post(deliveriesOf(made) + "/" + dead.path("id").asString() + "/redeliver", "");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("messageId")).isEqualTo(dead.path("messageId").asString());
        await().until(() -> kit.get(again.header("Location")).text("state").equals("DELIVERED"));
        assertThat(kit.receiver.at(path))
                .extracting(Received::body)
                .containsOnly(kit.receiver.at(path).getFirst().body());
        assertThat(kit.get(deliveriesOf(made) + "?state=DEAD").json().path("items"))
                .hasSize(1);
    }

    @Test
    void aSlowReceiverIsLeftAfterItsTimeAndHoldsNobodyUp() {
        CountDownLatch release = new CountDownLatch(1);
        kit.receiver.on(path, (exchange, number) -> {
            hold(release);
            Receiver.status(exchange, 200);
        });
        Answer slow = webhook("");
        for (int number = 0; number < 12; number++) {
            kit.run("repeat", "");
        }
        String quickPath = path + "-quick";
        String own = path;
        path = quickPath;
        Answer quick = webhook("");
        path = own;
        kit.run("repeat", "");
        await().atMost(Duration.ofSeconds(3))
                .until(() -> kit.receiver.at(quickPath).size() == 1);
        assertThat(deliveries(quick.text("id"))).hasSize(1);

        JsonNode dead = ended(slow);
        assertThat(dead.path("error").asString())
                .isEqualTo("'127.0.0.1:%d' did not answer within 1000 ms. Try again later, or ask for less."
                        .formatted(kit.receiver.port()));
        assertThat(dead.has("statusCode")).isFalse();
        release.countDown();
    }

    @Test
    void anAnswerThatIsCutOffIsNone() {
        kit.receiver.on(path, (exchange, number) -> exchange.close());
        Answer made = webhook("");
        kit.run("repeat", "");

        assertThat(ended(made).path("error").asString())
                .isEqualTo(
                        "The exchange with '127.0.0.1:%d' broke off: its answer was not proper HTTP, or the connection was lost."
                                .formatted(kit.receiver.port()));
    }

    @Test
    void whatWasToBeToldOutlivesTheServer() {
        CountDownLatch release = new CountDownLatch(1);
        kit.receiver.on(path, (exchange, number) -> {
            if (number == 1) {
                hold(release);
            }
            Receiver.status(exchange, 200);
        });
        Answer made = webhook("");
        kit.run("repeat", "");
        await().until(() -> !kit.receiver.at(path).isEmpty());

        kit.restart();

        JsonNode delivery = ended(made);
        release.countDown();
        assertThat(delivery.path("state").asString()).isEqualTo("DELIVERED");
        assertThat(delivery.path("attempts").asInt()).isEqualTo(2);
        assertThat(kit.receiver.at(path))
                .extracting(Received::body)
                .containsOnly(kit.receiver.at(path).getFirst().body());
    }

    private static void hold(CountDownLatch release) {
        try {
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aTryOfAServerThatDiedOverItIsMadeAgain() {
        Answer made = webhook("");
        kit.run("repeat", "");
        ended(made);
        kit.jdbc().sql("""
                        INSERT INTO webhook_delivery (id, message_id, webhook_id, run_id, seq, event, event_at, state, attempts,
                            claimed_until)
                        SELECT gen_random_uuid(), gen_random_uuid(), webhook_id, run_id, seq, event, event_at, 'SENDING', 1,
                            clock_timestamp() - interval '1 s' FROM webhook_delivery""").update();

        await().until(() -> kit.receiver.at(path).size() == 2);
        await().untilAsserted(() -> assertThat(deliveries(made.text("id")))
                .extracting(one ->
                        one.path("state").asString() + one.path("attempts").asInt())
                .containsExactlyInAnyOrder("DELIVERED1", "DELIVERED2"));
    }

    @Test
    void twoServersSendEachMessageOnce() {
        try (var another = kit.server()) {
            Answer made = webhook("");
            for (int number = 0; number < 20; number++) {
                kit.run("repeat", "");
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> deliveries(made.text("id")).stream()
                                    .filter(one -> one.path("state").asString().equals("DELIVERED"))
                                    .count()
                            == 20);
            Set<String> messages = new HashSet<>();
            assertThat(kit.receiver.at(path)).hasSize(20).allMatch(one -> messages.add(one.header("Webhook-id")));
            assertThat(another.isRunning()).isTrue();
        }
    }

    @Test
    void aNewSecretSignsBesideTheOldOneAndNeitherIsReadable() {
        Answer made = webhook("");
        String old = made.text("secret");

        Answer rotated = kit.post("/api/v1/webhooks/" + made.text("id") + "/rotate", "{\"graceMs\":60000}");
        kit.run("repeat", "");

        Received told = await().until(() -> kit.receiver.at(path), list -> !list.isEmpty())
                .getFirst();
        assertThat(rotated.text("secret")).startsWith("whsec_").isNotEqualTo(old);
        assertThat(told.isSignedBy(rotated.text("secret"))).isTrue();
        assertThat(told.isSignedBy(old)).isTrue();
        assertThat(kit.get("/api/v1/webhooks/" + made.text("id")).response().body())
                .doesNotContain("whsec_");
        assertThat(kit.jdbc()
                        .sql("SELECT secret || old_secret FROM webhook")
                        .query(String.class)
                        .list())
                .allMatch(text -> text.startsWith("v1.") && !text.contains("whsec_"));
    }

    @Test
    void anAddressThatIsNotAllowedIsRefusedAtOnce() {
        Answer other = kit.post("/api/v1/webhooks", "{\"name\":\"w\",\"url\":\"https://example.net/x\"}");
        Answer plain = kit.post("/api/v1/webhooks", "{\"name\":\"w\",\"url\":\"http://hooks.example.org/x\"}");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("code")).isEqualTo("ADDRESS_NOT_ALLOWED");
        assertThat(other.json().at("/errors/0/pointer").asString()).isEqualTo("/url");
        assertThat(other.text("detail"))
                .isEqualTo(
                        "Requests to 'example.net' are not allowed. An administrator can add it to kvasir.outbound.hosts.");
        assertThat(plain.text("code")).isEqualTo("ADDRESS_NOT_ALLOWED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"url":"https://hooks.example.org"}                            | 422 | A name has 1 to 200 visible characters.
                    {"name":"w"}                                                   | 422 | A webhook needs a url of 1 to 2000 characters.
                    {"name":"w","url":"https://a b"}                               | 422 | The url is not an address such as https://example.org/hook.
                    {"name":"w","url":"https://hooks.example.org","events":[]}     | 422 | A webhook needs at least one event.
                    {"name":"w","url":"https://hooks.example.org","fields":"all"}  | 422 | fields names core, io, metrics and scores only, with commas.
                    {"name":"w","url":"https://hooks.example.org","graph":"nono"}  | 404 | There is no graph 'nono'.
                    {"name":"w","url":"https://hooks.example.org","ownerId":"x"}   | 400 | At /ownerId: Field 'ownerId' is unknown. Known: enabled, events, fields, graph, name, runs, url.
                    """)
    void whatCannotBeAWebhookIsRefused(String body, int status, String detail) {
        Answer refused = kit.post("/api/v1/webhooks", body);

        assertThat(refused.text("detail")).isEqualTo(detail);
        assertThat(refused.status()).isEqualTo(status);
    }

    @Test
    void aWebhookIsItsOwnersAloneAndChangesNeedAScope() {
        Answer made = webhook("");
        kit.run("repeat", "");
        String delivery = ended(made).path("id").asString();
        String one = "/api/v1/webhooks/" + made.text("id");

        for (String stranger : List.of(one, one + "/deliveries", one + "/deliveries/" + delivery)) {
            assertThat(kit.send("GET", stranger, kit.strangersKey(), "").status())
                    .isEqualTo(404);
        }
        for (String call : List.of("/rotate", "/deliveries/" + delivery + "/redeliver")) {
            assertThat(kit.send("POST", one + call, kit.strangersKey(), "").status())
                    .isEqualTo(404);
            assertThat(kit.send("POST", one + call, kit.readersKey(), "").status())
                    .isEqualTo(403);
        }
        assertThat(kit.send("PATCH", one, kit.strangersKey(), "{}").status()).isEqualTo(404);
        assertThat(kit.send("DELETE", one, kit.strangersKey(), "").status()).isEqualTo(404);
        assertThat(kit.send("GET", one, kit.readersKey(), "").status()).isEqualTo(200);
        Answer named = kit.send(
                "POST",
                "/api/v1/graphs/repeat/runs",
                kit.key(),
                "{\"input\":{\"question\":\"q\"},\"webhook\":\"webhook_x\"}");
        assertThat(named.status()).isEqualTo(404);
    }

    @Test
    void aWebhookIsChangedPausedAndRemoved() {
        Answer made = webhook("");
        String one = "/api/v1/webhooks/" + made.text("id");

        Answer changed = kit.send("PATCH", one, kit.key(), "{\"name\":\"other\",\"graph\":\"open\",\"enabled\":false}");
        assertThat(changed.text("name")).isEqualTo("other");
        kit.run("open", "");
        assertThat(deliveries(made.text("id"))).isEmpty();
        assertThat(kit.send("PATCH", one, kit.key(), "{\"graph\":\"*\"}").json().has("graph"))
                .isFalse();
        assertThat(kit.get("/api/v1/webhooks").json().path("items")).hasSize(1);
        assertThat(kit.get("/api/v1/audit?limit=1").json().at("/items/0/action").asString())
                .isEqualTo("webhook.change");

        assertThat(kit.send("DELETE", one, kit.key(), "").status()).isEqualTo(204);
        assertThat(kit.get(one).status()).isEqualTo(404);
    }

    @Test
    void listsGoOnByTheirCursors() {
        List<String> made = List.of(
                webhook("").text("id"), webhook("").text("id"), webhook("").text("id"));
        kit.run("repeat", "");
        kit.run("repeat", "");

        Answer first = kit.get("/api/v1/webhooks?limit=2");
        Answer second = kit.get("/api/v1/webhooks?limit=2&cursor=" + first.text("nextCursor"));

        assertThat(first.json().path("items"))
                .extracting(one -> one.path("id").asString())
                .containsExactly(made.get(2), made.get(1));
        assertThat(second.json().path("items"))
                .extracting(one -> one.path("id").asString())
                .containsExactly(made.get(0));
        assertThat(second.json().has("nextCursor")).isFalse();
        String deliveries = "/api/v1/webhooks/" + made.getFirst() + "/deliveries?limit=1";
        Answer page = kit.get(deliveries);
        assertThat(kit.get(deliveries + "&cursor=" + page.text("nextCursor"))
                        .json()
                        .at("/items/0/id")
                        .asString())
                .isLessThan(page.json().at("/items/0/id").asString());
        assertThat(kit.get("/api/v1/webhooks?cursor=" + page.text("nextCursor")).text("code"))
                .isEqualTo("INVALID_CURSOR");
    }

    private Answer webhook(String more) {
        Answer made =
                kit.post("/api/v1/webhooks", "{\"name\":\"w\",\"url\":\"" + kit.receiver.url(path) + "\"" + more + "}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.text("secret")).startsWith("whsec_");
        return made;
    }

    private static String deliveriesOf(Answer made) {
        return "/api/v1/webhooks/" + made.text("id") + "/deliveries";
    }

    private List<JsonNode> deliveries(String webhook) {
        return kit.get("/api/v1/webhooks/" + webhook + "/deliveries")
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    /** The oldest delivery of a webhook once it has ended. */
    private JsonNode ended(Answer made) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> deliveries(made.text("id")),
                        all -> !all.isEmpty() && all.getLast().has("finishedAt"))
                .getLast();
    }
}
