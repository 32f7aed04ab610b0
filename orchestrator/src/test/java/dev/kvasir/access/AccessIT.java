package dev.kvasir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvasir.access.AccessApplication.ProbeController;
import dev.kvasir.access.Client.Answer;
import dev.kvasir.database.TestDatabase;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(
        classes = AccessApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "spring.session.jdbc.initialize-schema=never",
            "server.servlet.session.cookie.same-site=lax"
        })
class AccessIT {

    private static final TestDatabase DATABASE = TestDatabase.migrated();

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", DATABASE::url);
    }

    @LocalServerPort
    private int port;

    @Autowired
    private ApiKeys keys;

    @Autowired
    private Users users;

    @Autowired
    private SignInLinks links;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private ProbeController probe;

    private Client client = Client.of(0);
    private String key = "";

    @BeforeEach
    void open() {
        client = Client.of(port);
        key = keys.issue(users.owner(), "test", Scope.all(), Duration.ofHours(1))
                .key();
    }

    @Test
    void aRequestWithoutAKeyIsRefusedWithAProblemDocument() {
        Answer answer = client.get("/api/v1/keys", "");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/unauthenticated");
        assertThat(answer.json().path("instance").asString()).isEqualTo("/api/v1/keys");
        assertThat(answer.json().path("requestId").asString()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.json().path("retryable").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kv_00000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "kv_x",
                "Bearer",
                "kv_________",
                "' or 1=1 --"
            })
    void aKeyThatIsNotKnownOpensNothing(String wrong) {
        assertThat(client.get("/api/v1/keys", wrong).code()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void aKeyInTheAddressOpensNothing() {
        assertThat(client.get("/api/v1/version?key=" + key, "").code()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void aKeyIsShownOnceAndStoredAsADigestOnly() {
        Answer made = client.post("/api/v1/keys", key, "{\"name\":\"ci\",\"scopes\":[\"runs:read\"]}");

        assertThat(made.status()).isEqualTo(201);
        String secret = made.json().path("key").asString();
        assertThat(secret).matches("kv_[0-9a-z]{8}_[A-Za-z0-9_-]{43}");
        Answer read = client.get(made.header("Location"), key);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).doesNotContain(secret.substring(12));
        assertThat(sql.sql("select count(*) from api_key where secret_sha256 = :digest")
                        .param("digest", Secrets.sha256(secret.substring(12)))
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertThat(client.get("/api/v1/version", secret).status()).isEqualTo(200);
        assertThat(client.get("/api/v1/keys", secret).code()).isEqualTo("FORBIDDEN");
    }

    @Test
    void aRevokedKeyIsGoneAtOnce() {
        ApiKeys.IssuedKey other = keys.issue(users.owner(), "other", Set.of(Scope.RUNS_READ), Duration.ofHours(1));
        assertThat(client.get("/api/v1/version", other.key()).status()).isEqualTo(200);

        Answer gone =
                client.send(client.request("/api/v1/keys/" + other.details().id())
                        .header("Authorization", "Bearer " + key)
                        .DELETE());

        assertThat(gone.status()).isEqualTo(204);
        assertThat(client.get("/api/v1/version", other.key()).status()).isEqualTo(401);
    }

    @Test
    void anExpiredKeyOpensNothing() {
        ApiKeys.IssuedKey brief = keys.issue(users.owner(), "brief", Set.of(Scope.RUNS_READ), Duration.ofHours(1));
        sql.sql(
                        "update api_key set created_at = created_at - interval '2 hours', expires_at = expires_at - interval '2 hours'"
                                + " where 'key_' || id = :id")
                .param("id", brief.details().id())
                .update();

        assertThat(client.get("/api/v1/version", brief.key()).status()).isEqualTo(401);
    }

    @Test
    void aKeyOfAnotherIsNotFound() {
        sql.sql("insert into app_user (id, name, role) values (gen_random_uuid(), 'stranger', 'ADMIN')")
                .update();
        Caller stranger = sql.sql("select id, name, role from app_user where name = 'stranger'")
                .query(Users::caller)
                .single();
        ApiKeys.IssuedKey theirs = keys.issue(stranger, "theirs", Set.of(Scope.ADMIN), Duration.ofHours(1));

        assertThat(client.get("/api/v1/keys/" + theirs.details().id(), key).code())
                .isEqualTo("NOT_FOUND");
        assertThat(client.get("/api/v1/keys", key).body())
                .doesNotContain(theirs.details().id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"scopes\":[\"runs:read\"],\"role\":\"ADMIN\"}",
                "{\"name\":\"a\",\"scopes\":[\"runs:read\"],\"ownerId\":\"x\"}",
                "{\"name\":7,\"scopes\":[\"runs:read\"]}",
                "{\"name\":\"a\",\"scopes\":\"runs:read\"}",
                "[]",
                "7"
            })
    void aBodyThatIsNotAskedForIsRefused(String body) {
        Answer answer = client.post("/api/v1/keys", key, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}{}",
                "{} 1",
                "[] []",
                "",
                " ",
                "{\"text\":null}",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"number\":NaN}",
                "{\"number\":+1}",
                "{\"text\":'a'}",
                "{\"text\":\"\\u0000\"}",
                "{\"text\":\"\\ud83d\"}",
                "{\"text\":\"\\ude00\\ud83d\"}",
                "{\"\\ud83d\":1}",
                "// note\n{}",
                "{\"a\":1,}"
            })
    void jsonThatBreaksARuleIsMalformed(String body) {
        Answer answer = client.post("/api/v1/probe", key, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isIn("MALFORMED_JSON", "MALFORMED_REQUEST");
    }

    @Test
    void nestingNumbersAndTextsAreBounded() {
        assertThat(client.post("/api/v1/probe", key, "[".repeat(65) + "]".repeat(65))
                        .code())
                .isEqualTo("MALFORMED_JSON");
        assertThat(client.post("/api/v1/probe", key, "{\"number\":" + "1".repeat(401) + "}")
                        .code())
                .isEqualTo("MALFORMED_JSON");
    }

    @Test
    void wholePairsOfSurrogatesPass() {
        assertThat(client.post("/api/v1/probe", key, "{\"text\":\"\\ud83d\\ude00 😀\"}")
                        .json()
                        .path("text")
                        .asString())
                .isEqualTo("😀 😀");
    }

    @Test
    void numbersAreNotGuessedFromTexts() {
        assertThat(client.post("/api/v1/probe", key, "{\"number\":\"10\"}").status())
                .isEqualTo(400);
        assertThat(client.post("/api/v1/probe", key, "{\"number\":1.5}").status())
                .isEqualTo(400);
        assertThat(client.post("/api/v1/probe", key, "{\"number\":1e400}").status())
                .isEqualTo(400);
        assertThat(client.post("/api/v1/probe", key, "{\"text\":10}").status()).isEqualTo(400);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        HttpRequest.Builder request = client.request("/api/v1/probe")
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xff, '"'}));

        assertThat(client.send(request).code()).isEqualTo("MALFORMED_JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json;charset=UTF-16", "application/xml", "x", "multipart/form-data"})
    void otherMediaTypesAreNotRead(String type) {
        HttpRequest.Builder request = client.request("/api/v1/probe")
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{}"));

        assertThat(client.send(request).status()).isEqualTo(415);
    }

    @Test
    void aLargeBodyIsRefusedWhateverItSaysOfItsLength() {
        String body = "{\"text\":\"" + "x".repeat(70_000) + "\"}";
        assertThat(client.post("/api/v1/probe", key, body).code()).isEqualTo("TOO_LARGE");

        HttpRequest.Builder chunked = client.request("/api/v1/probe")
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
        assertThat(client.send(chunked).status()).isEqualTo(413);
    }

    @Test
    void whatDoesNotExistIsNotFoundOrNotAllowed() {
        assertThat(client.get("/api/v1/nothing", key).code()).isEqualTo("NOT_FOUND");
        assertThat(client.get("/api/v2", key).code()).isEqualTo("NOT_FOUND");
        Answer put = client.send(client.request("/api/v1/keys")
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.header("Allow")).contains("GET").contains("POST");
    }

    @Test
    void aFaultOfOursTellsNothingOfItself() {
        Answer answer = client.get("/api/v1/probe/fault", key);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret words").doesNotContain("Exception");
        assertThat(answer.json().path("requestId").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/audit?limit=0",
                "/api/v1/audit?limit=1000000",
                "/api/v1/audit?limit=x",
                "/api/v1/audit?limit=5&limit=6",
                "/api/v1/audit?order=id",
                "/api/v1/audit?limit="
            })
    void parametersAreJudged(String path) {
        assertThat(client.get(path, key).code()).isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void aListIsReadPartByPartAndAnAlteredCursorIsRefused() {
        for (int made = 0; made < 3; made++) {
            keys.issue(users.owner(), "k" + made, Set.of(Scope.RUNS_READ), Duration.ofHours(1));
        }
        Answer first = client.get("/api/v1/audit?limit=2", key);
        assertThat(first.json().path("items").size()).isEqualTo(2);
        String cursor = first.json().path("nextCursor").asString();
        Answer second = client.get("/api/v1/audit?limit=2&cursor=" + cursor, key);
        assertThat(second.json().path("items").get(0).path("id").asLong())
                .isLessThan(first.json().path("items").get(1).path("id").asLong());

        String altered = (cursor.charAt(0) == 'A' ? 'B' : 'A') + cursor.substring(1);
        assertThat(client.get("/api/v1/audit?cursor=" + altered, key).code()).isEqualTo("INVALID_CURSOR");
        assertThat(client.get("/api/v1/audit?cursor=zzzz", key).code()).isEqualTo("INVALID_CURSOR");
        assertThat(client.get("/api/v1/audit?cursor=%27%20or%201", key).code()).isEqualTo("INVALID_CURSOR");
    }

    @Test
    void theAuditCannotBeRewritten() {
        assertThatThrownBy(() -> sql.sql("update audit set actor = 'x'").update())
                .hasStackTraceContaining("only ever added to");
    }

    @ParameterizedTest
    @EnumSource
    void everyProblemTypeHasAPageWithItsCure(ProblemType type) {
        Answer page = client.get(type.page(), "");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains(type.title()).contains(type.cure());
    }

    @Test
    void healthAndProblemPagesAreOpen() {
        assertThat(client.get("/health/live", "").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(client.get("/health/ready", "").status()).isEqualTo(200);
        assertThat(client.get("/health/other", "").status()).isIn(401, 403, 404);
        assertThat(client.get("/problems/nothing", "").code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        Answer answer = client.get("/api/v1/version", key);

        assertThat(answer.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'self' 'nonce-");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void aLinkSignsInOnce() {
        Answer in = client.get("/login?link=" + links.issueForOwner(), "");
        assertThat(in.status()).isEqualTo(303);
        String cookie = in.header("Set-Cookie");
        assertThat(cookie).contains("HttpOnly").containsIgnoringCase("SameSite=Lax");
        String session = cookie.substring(0, cookie.indexOf(';'));

        Answer home = client.send(client.request("/").header("Cookie", session).GET());
        assertThat(home.body()).isEqualTo("owner");
        assertThat(client.get("/", "").header("Location")).endsWith("/login");
    }

    @Test
    void aUsedLinkOpensNothing() {
        String link = links.issueForOwner();
        assertThat(client.get("/login?link=" + link, "").status()).isEqualTo(303);

        Answer again = client.get("/login?link=" + link, "");
        assertThat(again.status()).isEqualTo(403);
        assertThat(again.header("Set-Cookie")).isEmpty();
        assertThat(client.get("/setup?link=" + links.issueForOwner(), "").status())
                .isEqualTo(404);
    }

    @Test
    void anOldLinkOpensNothing() {
        String link = links.issueForOwner();
        sql.sql(
                        "update sign_in_link set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '31 minutes'")
                .update();

        assertThat(client.get("/login?link=" + link, "").status()).isEqualTo(403);
    }

    @Test
    void aSessionNeedsATokenForEveryChange() {
        String cookie = client.get("/login?link=" + links.issueForOwner(), "").header("Set-Cookie");
        String session = cookie.substring(0, cookie.indexOf(';'));
        for (String path : List.of("/page", "/logout", "/api/v1/keys")) {
            HttpRequest.Builder change = client.request(path)
                    .header("Cookie", session)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"));
            assertThat(client.send(change).code()).isEqualTo("CSRF");
        }
    }

    @Test
    void aSessionOpensNoApiOfOthersAndAKeyDoes() {
        String cookie = client.get("/login?link=" + links.issueForOwner(), "").header("Set-Cookie");
        String session = cookie.substring(0, cookie.indexOf(';'));

        for (String path : List.of("/v1/models", "/mcp")) {
            Answer refused =
                    client.send(client.request(path).header("Cookie", session).GET());
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("Content-Type")).startsWith("application/json");
            assertThat(refused.json().at("/error/message").asString())
                    .isEqualTo(
                            "Nobody is signed in. Send 'Authorization: Bearer' with an API key, or open a sign-in link.");
            assertThat(client.get(path, key).status()).isEqualTo(404); // this room alone has no such resource
        }
    }

    @Test
    void anEncodedSlashIsPartOfAModelsNameAndOfNothingElse() {
        assertThat(client.get("/v1/models/a%2Fb", key).status()).isEqualTo(404);
        assertThat(client.get("/v1/chat%2Fcompletions", key).status()).isEqualTo(400);
        assertThat(client.get("/api/v1%2Fkeys", key).status()).isEqualTo(400);
    }

    @Test
    void anotherSiteChangesNothing() {
        Answer answer = client.post("/api/v1/probe", key, "{}", "Sec-Fetch-Site", "cross-site");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("CSRF");
    }

    @Test
    void aStrangeHostIsRefused() {
        String answer = client.raw("GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/%zz HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/a%2fb HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/a|b HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/../../x HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/a%00b HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/x;a=b HTTP/1.1\r\nHost: localhost\r\n",
                "GET /api/v1/x HTTP/1.1\r\n",
                "GET /api/v1/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                "GET /api/v1/x HTTP/9.9\r\nHost: localhost\r\n",
                "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n",
                "POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
                "POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n",
                "POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\n",
                "TRACE / HTTP/1.1\r\nHost: localhost\r\n",
                "NONSENSE /api/v1/x HTTP/1.1\r\nHost: localhost\r\n"
            })
    void whatIsNotHttpAsItShouldBeIsNeverAPageAndNeverOurFault(String head) {
        String answer = client.raw(head + "Connection: close\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1.1 (4\\d\\d|50[15]) .*");
        assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("<html").doesNotContain("exception");
        if (answer.contains("\r\n\r\n") && !answer.endsWith("\r\n\r\n")) {
            assertThat(answer).contains("application/problem+json");
        }
    }

    @Test
    void headersWithoutEndAreRefused() {
        String answer =
                client.raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(5000) + "\r\n");

        assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*").contains("application/problem+json");
    }

    @Test
    void equalRequestsWithOneKeyHappenOnce() throws Exception {
        int before = probe.calls.get();
        String body = "{\"text\":\"once\",\"sleepMs\":300}";
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = IntStream.range(0, 12)
                    .mapToObj(number ->
                            many.submit(() -> client.post("/api/v1/probe", key, body, "Idempotency-Key", "same")))
                    .toList();
            Set<String> bodies = new HashSet<>();
            int replays = 0;
            for (Future<Answer> one : asked) {
                Answer answer = one.get();
                assertThat(answer.status()).isEqualTo(201);
                assertThat(answer.header("Location")).startsWith("/api/v1/probe/");
                bodies.add(answer.body());
                replays += answer.header("Idempotent-Replayed").equals("true") ? 1 : 0;
            }
            assertThat(bodies).hasSize(1);
            assertThat(replays).isEqualTo(11);
        }
        assertThat(probe.calls.get() - before).isEqualTo(1);
    }

    @Test
    void aKeyWithAnotherBodyIsAMismatch() {
        client.post("/api/v1/probe", key, "{\"text\":\"a\"}", "Idempotency-Key", "k1");

        Answer other = client.post("/api/v1/probe", key, "{\"text\":\"b\"}", "Idempotency-Key", "k1");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("IDEMPOTENCY_MISMATCH");
    }

    @Test
    void aRequestStillInFlightAfterTwoSecondsIsToldSo() throws Exception {
        String body = "{\"sleepMs\":4000}";
        try (ExecutorService one = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> first = one.submit(() -> client.post("/api/v1/probe", key, body, "Idempotency-Key", "slow"));
            await().until(() ->
                    sql.sql("select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active'"
                                            + " and pid <> pg_backend_pid()")
                                    .query(Integer.class)
                                    .single()
                            > 0);
            Answer second = client.post("/api/v1/probe", key, body, "Idempotency-Key", "slow");
            assertThat(second.code()).isEqualTo("IDEMPOTENCY_IN_FLIGHT");
            assertThat(first.get().status()).isEqualTo(201);
        }
        assertThat(client.post("/api/v1/probe", key, body, "Idempotency-Key", "slow")
                        .header("Idempotent-Replayed"))
                .isEqualTo("true");
    }

    @Test
    void refusalsAreKeptAndFaultsAreNot() {
        int before = probe.calls.get();
        for (int time = 0; time < 2; time++) {
            assertThat(client.post("/api/v1/probe", key, "{\"status\":422}", "Idempotency-Key", "refused")
                            .code())
                    .isEqualTo("INPUT_INVALID");
            assertThat(client.post("/api/v1/probe", key, "{\"status\":503}", "Idempotency-Key", "fault")
                            .code())
                    .isEqualTo("NO_WORKER");
        }
        assertThat(probe.calls.get() - before).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ü"})
    void anIdempotencyKeyIsVisibleAscii(String bad) {
        String answer = client.raw("POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nIdempotency-Key: "
                + bad
                + "\r\n\r\n{}");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("INVALID_IDEMPOTENCY_KEY");
        assertThat(client.post("/api/v1/probe", key, "{}", "Idempotency-Key", "x".repeat(300))
                        .code())
                .isEqualTo("INVALID_IDEMPOTENCY_KEY");
    }
}
