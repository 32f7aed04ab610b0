package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.database.TestDatabase;
import dev.kvasir.graph.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every mode of an edge from the run's request to its ledger, with the pocket models computing. */
class LinkModesIT {

    private static final String QUESTION = "What does a kelgat hold?";

    @TempDir
    private static Path home;

    private static PocketShelf shelf;

    private RunKit kit;
    private RunKit.TestWorker worker;

    @BeforeAll
    static void install() {
        shelf = PocketShelf.installed(home);
    }

    @BeforeEach
    void open() {
        kit = new RunKit(TestDatabase.migrated(), RunKit.RUNS, shelf.registry());
        kit.listener.start();
        worker = kit.worker("w1", AgentRuntimes.over(shelf.catalog(), EchoFaults.OBEYED, 0));
    }

    @AfterEach
    void close() {
        worker.close();
        kit.close();
    }

    @Test
    void chosenLayersOfAModelStandBeforeThoseOfAnotherOfItsArchitecture() {
        UUID graph = pair("pocket-twin", "pocket-receiver", "{\"mode\":\"CACHE_PREFIX\"}");
        int layers =
                shelf.registry().model("pocket-receiver").orElseThrow().cache().layers();

        RunId run = succeed(graph, Map.of(), Map.of());

        EdgeRecord edge = edge(run, "coder_writer");
        assertThat(edge.effectiveMode()).isEqualTo("CACHE_PREFIX");
        assertThat(edge.reason()).isEqualTo("AS_REQUESTED");
        assertThat(edge.fuser()).isNull();
        assertThat(edge.layers()).hasSize((layers + 1) / 2).isSorted();
        assertThat(edge.cacheBytes()).isPositive();
        StepRecord coder = kit.step(run, "coder");
        StepMetrics writer = Objects.requireNonNull(kit.step(run, "writer").metrics());
        assertThat(coder.text()).isNull();
        assertThat(Objects.requireNonNull(coder.metrics()).cacheBytes()).isEqualTo(edge.cacheBytes());
        assertThat(edge.tokens())
                .isEqualTo(writer.reusedTokens())
                .isEqualTo(Objects.requireNonNull(coder.metrics()).promptTokens());
        assertThat(kit.read(run).effectiveModes()).containsEntry("coder_writer", "CACHE_PREFIX");
    }

    @Test
    void aRunMayTakeOtherLayersInFront() {
        UUID graph = pair("pocket-twin", "pocket-receiver", "{\"mode\":\"CACHE_PREFIX\",\"layerShare\":1}");

        RunId all = succeed(graph, Map.of(), Map.of());
        RunId one = succeed(graph, Map.of("coder_writer", json("{\"layers\":[1]}")), Map.of());
        RunId none = succeed(graph, Map.of("coder_writer", json("{\"layers\":[]}")), Map.of());
        RunId text = succeed(graph, Map.of("coder_writer", json("{\"mode\":\"TEXT\"}")), Map.of());

        EdgeRecord taken = edge(all, "coder_writer");
        assertThat(edge(one, "coder_writer").layers()).containsExactly(1);
        assertThat(edge(one, "coder_writer").cacheBytes() * taken.layers().size())
                .isEqualTo(taken.cacheBytes());
        assertThat(edge(none, "coder_writer").cacheBytes()).isZero();
        assertThat(edge(none, "coder_writer").tokens()).isEqualTo(taken.tokens());
        assertThat(edge(text, "coder_writer").effectiveMode()).isEqualTo("TEXT");
        assertThat(kit.step(text, "coder").text()).isNotEmpty();
    }

    @Test
    void whatCrossedIsToldWithItsPolicyAndItsRisk() {
        String wire = "\"wire\":{\"codec\":\"INT4\",\"layers\":[1],\"noise\":0.5,\"inversionRisk\":true}";
        UUID fused = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"C2C\"," + wire + "}");
        UUID prefix = pair("pocket-twin", "pocket-receiver", "{\"mode\":\"CACHE_PREFIX\"," + wire + "}");

        for (UUID graph : List.of(fused, prefix)) {
            EdgeRecord edge = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");
            WireRecord told = Objects.requireNonNull(edge.wire());
            assertThat(told.codec()).isEqualTo("INT4");
            assertThat(told.layers()).isSubsetOf(1);
            assertThat(told.noise()).isEqualTo(0.5);
            assertThat(told.bytes()).isLessThan(edge.cacheBytes() + 1);
            WireRecord.Risk risk = Objects.requireNonNull(told.inversionRisk());
            assertThat(risk.tokens()).isPositive().isLessThan(edge.tokens());
            assertThat(risk.inContext().share()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void aRunMayCrossOtherwiseAndOneSeedGivesOneRun() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"C2C\"}");
        Map<String, JsonNode> noisy = Map.of("coder_writer", json("{\"wire\":{\"noise\":0.5}}"));

        EdgeRecord plain = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");
        EdgeRecord one = edge(succeed(graph, noisy, Map.of()), "coder_writer");
        EdgeRecord two = edge(succeed(graph, noisy, Map.of()), "coder_writer");
        RunId text = succeed(graph, Map.of("coder_writer", json("{\"mode\":\"TEXT\"}")), Map.of());

        WireRecord open = Objects.requireNonNull(plain.wire());
        assertThat(open.codec()).isEqualTo("F32");
        assertThat(open.inversionRisk()).isNull();
        assertThat(one.meanKeyWeight()).isEqualTo(two.meanKeyWeight()).isNotEqualTo(plain.meanKeyWeight());
        assertThat(edge(text, "coder_writer").wire()).isNull();
    }

    @Test
    void aPrefixThatLeavesNoRoomFallsBackWhereItSaysSo() {
        String link = "{\"mode\":\"CACHE_PREFIX\",\"fallback\":{\"on\":[\"CONTEXT_TOO_LONG\"],\"to\":\"TEXT\"}}";
        String writer = "{{ input.question }}{{#if coder.text}} {{ coder.text }}{{/if}}";
        UUID graph = graph("pocket-twin", agent("writer", "pocket-receiver", writer, ""), link);

        RunId ten = succeed(graph, "Tell about a kelgat. ".repeat(10), Map.of(), Map.of());
        int tokens = edge(ten, "coder_writer").tokens();
        RunId run = succeed(graph, "Tell about a kelgat. ".repeat(10 * 300 / tokens), Map.of(), Map.of());

        assertThat(edge(ten, "coder_writer").effectiveMode()).isEqualTo("CACHE_PREFIX");
        EdgeRecord edge = edge(run, "coder_writer");
        assertThat(edge.reason()).isEqualTo("CONTEXT_TOO_LONG");
        assertThat(edge.effectiveMode()).isEqualTo("TEXT");
        assertThat(edge.reasonText()).contains("reads at most 512");
    }

    @Test
    void whatThePlannerPickedFallsBackToTextWhenItsFuserIsGone() throws IOException {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"AUTO\"}");
        Path fuser = home.resolve("fusers/pocket");
        Path away = Files.move(fuser, home.resolve("away"));
        try {
            EdgeRecord edge = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");

            assertThat(edge.requestedMode()).isEqualTo("AUTO");
            assertThat(edge.effectiveMode()).isEqualTo("TEXT");
            assertThat(edge.reason()).isEqualTo("FUSER_MISMATCH");
            assertThat(edge.reasonText()).contains("fuser.safetensors");
        } finally {
            Files.move(away, fuser);
        }
    }

    @Test
    void modelsOfTwoArchitecturesAreRefused() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"CACHE_PREFIX\"}");

        assertThatThrownBy(() -> start(graph, QUESTION, Map.of(), Map.of()))
                .isInstanceOf(RunRefusedException.class)
                .hasMessageContaining("CACHE_PREFIX on edge 'coder_writer' needs the same architecture");
    }

    @Test
    void eachSharersEdgeHasItsOwnDialAndARunMayTurnIt() {
        UUID graph = two("{\"sharers\":\"PARALLEL\"}");
        RunId both = succeed(graph, Map.of(), Map.of());
        RunId closed = succeed(graph, Map.of("second_writer", json("{\"gate\":\"CLOSED\"}")), Map.of());
        RunId few = succeed(graph, Map.of("second_writer", json("{\"layers\":[0]}")), Map.of());

        assertThat(edge(both, "second_writer").gateOpenShare()).isPositive();
        assertThat(edge(closed, "second_writer").gateOpenShare()).isZero();
        assertThat(edge(closed, "second_writer").meanKeyWeight()).isZero();
        for (RunId run : List.of(closed, few)) { // in parallel, one sharer does not see what another is turned to
            assertThat(edge(run, "coder_writer").meanKeyWeight())
                    .isEqualTo(edge(both, "coder_writer").meanKeyWeight());
        }
        assertThat(edge(few, "second_writer").layers()).containsExactly(0);
        assertThat(edge(few, "coder_writer").layers()).isEmpty();
        assertThat(edge(few, "second_writer").meanKeyWeight())
                .isNotEqualTo(edge(both, "second_writer").meanKeyWeight());
    }

    @Test
    void sharersComeTogetherByRankOrAllAtOnceAsTheReceiverOrTheRunSays() {
        UUID graph = two("{\"sharers\":\"SEQUENTIAL\"}");
        Map<String, JsonNode> parallel = Map.of("writer", json("{\"fusion\":{\"sharers\":\"PARALLEL\"}}"));
        Map<String, JsonNode> first =
                Map.of("second_writer", json("{\"rank\":0}"), "coder_writer", json("{\"rank\":5}"));

        RunId ranked = succeed(graph, Map.of(), Map.of());
        RunId turned = succeed(graph, first, Map.of());
        RunId atOnce = succeed(graph, Map.of(), parallel);
        RunId atOnceTurned = succeed(graph, first, parallel);

        assertThat(edge(turned, "coder_writer").meanKeyWeight())
                .isNotEqualTo(edge(ranked, "coder_writer").meanKeyWeight());
        assertThat(edge(atOnce, "coder_writer").meanKeyWeight())
                .isEqualTo(edge(ranked, "coder_writer").meanKeyWeight())
                .isEqualTo(edge(atOnceTurned, "coder_writer").meanKeyWeight());
        assertThat(kit.step(atOnceTurned, "writer").text())
                .isEqualTo(kit.step(atOnce, "writer").text());
    }

    @Test
    void aReceiverMayHaveAllOfItsPromptFused() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"C2C\",\"fuser\":\"pocket\"}");

        RunId messages = succeed(graph, Map.of(), Map.of());
        RunId all = succeed(graph, Map.of(), Map.of("writer", json("{\"fusion\":{\"sections\":\"ALL\"}}")));

        StepMetrics whole = Objects.requireNonNull(kit.step(all, "writer").metrics());
        assertThat(whole.fusedPositions())
                .isEqualTo(whole.promptTokens() - 1)
                .isGreaterThan(
                        Objects.requireNonNull(kit.step(messages, "writer").metrics())
                                .fusedPositions());
    }

    @Test
    void textAndCacheCrossTogetherAndBothReadTheText() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"TEXT_C2C\",\"fuser\":\"pocket\"}");
        UUID bare = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"C2C\",\"fuser\":\"pocket\"}");

        RunId both = succeed(graph, Map.of(), Map.of());
        RunId cache = succeed(bare, Map.of(), Map.of());

        StepRecord coder = kit.step(both, "coder");
        StepRecord writer = kit.step(both, "writer");
        assertThat(coder.text()).isNotEmpty();
        assertThat(Objects.requireNonNull(writer.messages()).toString()).contains(Objects.requireNonNull(coder.text()));
        assertThat(edge(both, "coder_writer").effectiveMode()).isEqualTo("TEXT_C2C");
        assertThat(edge(both, "coder_writer").tokens())
                .isGreaterThan(edge(cache, "coder_writer").tokens());
        assertThat(Objects.requireNonNull(writer.metrics()).fusedPositions())
                .isGreaterThan(Objects.requireNonNull(kit.step(cache, "writer").metrics())
                        .fusedPositions());
        assertThat(edge(both, "coder_writer").gateOpenShare()).isPositive();
    }

    @Test
    void aConversationIsHandedOnOverSeveralTurns() {
        UUID graph = kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"turns",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},%s,%s,%s,
                          {"id":"output","kind":"output","outputs":{"answer":"{{ third.text }}"}}],
                 "edges":[{"id":"in","from":"input","to":"first"},
                          {"id":"one","from":"first","to":"second","link":{"mode":"HANDOVER"}},
                          {"id":"two","from":"second","to":"third","link":{"mode":"HANDOVER"}},
                          {"id":"out","from":"third","to":"output"}]}""".formatted(
                        agent("first", "pocket-sharer", "{{ input.question }}", ""),
                        agent("second", "pocket-sharer", "And a wexkus?", ""),
                        agent("third", "pocket-sharer", "Say it again.", "")));

        RunId run = succeed(graph, Map.of(), Map.of());

        StepMetrics first = Objects.requireNonNull(kit.step(run, "first").metrics());
        StepMetrics second = Objects.requireNonNull(kit.step(run, "second").metrics());
        StepMetrics third = Objects.requireNonNull(kit.step(run, "third").metrics());
        assertThat(second.reusedTokens()).isGreaterThanOrEqualTo(first.promptTokens());
        assertThat(third.reusedTokens()).isGreaterThanOrEqualTo(second.promptTokens());
        assertThat(third.promptTokens()).isGreaterThan(third.reusedTokens());
        assertThat(edge(run, "one").tokens()).isEqualTo(second.reusedTokens());
        assertThat(edge(run, "two").tokens()).isEqualTo(third.reusedTokens());
        assertThat(edge(run, "two").cacheBytes()).isGreaterThan(edge(run, "one").cacheBytes());
    }

    @Test
    void aReplyThatWasFusedIsHandedOn() {
        for (String mode : List.of("C2C", "TEXT_C2C")) {
            UUID graph = kit.published("""
                    {"kind":"kvasir/graph","schemaVersion":1,"name":"fused",
                     "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},%s,%s,%s,
                              {"id":"output","kind":"output","outputs":{"answer":"{{ critic.text }}"}}],
                     "edges":[{"id":"in","from":"input","to":"coder"},
                              {"id":"one","from":"coder","to":"writer","link":{"mode":"%s","fuser":"pocket"}},
                              {"id":"two","from":"writer","to":"critic","link":{"mode":"HANDOVER"}},
                              {"id":"out","from":"critic","to":"output"}]}""".formatted(
                            agent("coder", "pocket-sharer", "Notes on: {{ input.question }}", ""),
                            agent("writer", "pocket-receiver", "{{ input.question }}", ""),
                            agent("critic", "pocket-receiver", "Say it again.", ""),
                            mode));

            RunId run = succeed(graph, Map.of(), Map.of());

            StepMetrics writer = Objects.requireNonNull(kit.step(run, "writer").metrics());
            StepMetrics critic = Objects.requireNonNull(kit.step(run, "critic").metrics());
            assertThat(writer.fusedPositions()).isPositive();
            assertThat(critic.reusedTokens()).isGreaterThanOrEqualTo(writer.promptTokens());
            assertThat(edge(run, "one").effectiveMode()).isEqualTo(mode);
            assertThat(edge(run, "two").effectiveMode()).isEqualTo("HANDOVER");
            assertThat(edge(run, "two").tokens()).isEqualTo(critic.reusedTokens());
        }
    }

    @Test
    void speedGoesByNobodyElsesRuns() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"AUTO\",\"prefer\":\"SPEED\"}");
        succeed(graph, Map.of("coder_writer", json("{\"mode\":\"TEXT\"}")), Map.of());
        EdgeRecord own = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");
        UUID other = UUID.randomUUID();
        kit.jdbc
                .sql("INSERT INTO app_user (id, name, role) VALUES (:id, 'other', 'ADMIN')")
                .param("id", other)
                .update();
        kit.jdbc.sql("UPDATE run SET owner_id = :other").param("other", other).update();
        EdgeRecord foreign = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");

        assertThat(own.reasonText()).contains("(C2C 0, TEXT 1; ");
        assertThat(foreign.reasonText()).contains("(C2C 0, TEXT 0; ");
    }

    @Test
    void speedGoesByWhatThePairTookAndSaysTheNumbers() {
        UUID graph = pair("pocket-sharer", "pocket-receiver", "{\"mode\":\"AUTO\",\"prefer\":\"SPEED\"}");
        EdgeRecord before = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");
        assertThat(before.reason()).isEqualTo("AUTO_FUSER");
        assertThat(before.reasonText())
                .isEqualTo(
                        "Fuser 'pocket' leads from pocket-sharer to pocket-receiver. SPEED has too few finished runs of"
                                + " this size to go by (C2C 0, TEXT 0; two modes need 5 each), so the rule decides.");
        for (int i = 0; i < 5; i++) {
            succeed(graph, Map.of("coder_writer", json("{\"mode\":\"TEXT\"}")), Map.of());
            succeed(graph, Map.of("coder_writer", json("{\"mode\":\"C2C\"}")), Map.of());
        }
        took("TEXT", 20);
        took("C2C", 300);

        EdgeRecord fast = edge(succeed(graph, Map.of(), Map.of()), "coder_writer");
        EdgeRecord good = edge(
                succeed(graph, Map.of("coder_writer", json("{\"prefer\":\"QUALITY\"}")), Map.of()), "coder_writer");
        RunId longer = start(graph, "Tell. ".repeat(40), Map.of(), Map.of());

        assertThat(fast.effectiveMode()).isEqualTo("TEXT");
        assertThat(fast.reason()).isEqualTo("AUTO_FASTER");
        assertThat(fast.reasonText())
                .isEqualTo(
                        "From pocket-sharer to pocket-receiver, TEXT took 40 ms (median of 5 runs) against C2C took 600 ms"
                                + " (median of 6 runs), so SPEED takes TEXT.");
        assertThat(good.effectiveMode()).isEqualTo("C2C");
        assertThat(good.reasonText())
                .isEqualTo(
                        "Fuser 'pocket' leads from pocket-sharer to pocket-receiver. Runs carry no scores yet, so the"
                                + " rule decides.");
        assertThat(edge(longer, "coder_writer").reasonText()).contains("C2C 0, TEXT 0");
    }

    /** As if both steps of every run over a mode had taken so long. */
    private void took(String mode, int millis) {
        kit.jdbc.sql("""
                        UPDATE metric SET total_ms = :ms, queue_ms = 0, load_ms = 0 FROM step JOIN edge_use
                            ON edge_use.run_id = step.run_id AND edge_use.edge = 'coder_writer'
                        WHERE step.id = metric.step_id AND edge_use.effective_mode = :mode""").param("ms", millis).param("mode", mode).update();
    }

    private RunId succeed(UUID graph, Map<String, JsonNode> edges, Map<String, JsonNode> nodes) {
        return succeed(graph, QUESTION, edges, nodes);
    }

    private RunId succeed(UUID graph, String question, Map<String, JsonNode> edges, Map<String, JsonNode> nodes) {
        RunId run = start(graph, question, edges, nodes);
        await().atMost(Duration.ofSeconds(60)).until(() -> kit.read(run).state().isFinal());
        assertThat(kit.read(run).state()).as("%s", kit.read(run)).isEqualTo(RunState.SUCCEEDED);
        return run;
    }

    private RunId start(UUID graph, String question, Map<String, JsonNode> edges, Map<String, JsonNode> nodes) {
        StartRun request =
                new StartRun(graph, null, kit.question(question), null, edges, nodes, null, null, Map.of(), null);
        return kit.runs.start(kit.owner, request, null).id();
    }

    private EdgeRecord edge(RunId run, String edge) {
        return kit.runs.edges(kit.owner, run).stream()
                .filter(use -> use.edge().equals(edge))
                .findFirst()
                .orElseThrow();
    }

    /** coder → writer, both asked the question. */
    private UUID pair(String coder, String writer, String link) {
        return graph(coder, agent("writer", writer, "{{ input.question }}", ""), link);
    }

    private UUID graph(String coder, String writer, String link) {
        return kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"pair",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},%s,%s,
                          {"id":"output","kind":"output","outputs":{"answer":"{{ writer.text }}"}}],
                 "edges":[{"id":"input_coder","from":"input","to":"coder"},
                          {"id":"input_writer","from":"input","to":"writer"},
                          {"id":"coder_writer","from":"coder","to":"writer","link":%s},
                          {"id":"writer_output","from":"writer","to":"output"}]}""".formatted(agent("coder", coder, "Notes on: {{ input.question }}", ""), writer, link));
    }

    /** Two coders and a writer. */
    private UUID two(String fusion) {
        return kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"two",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},%s,%s,%s,
                          {"id":"output","kind":"output","outputs":{"answer":"{{ writer.text }}"}}],
                 "edges":[{"id":"in_coder","from":"input","to":"coder"},
                          {"id":"in_second","from":"input","to":"second"},
                          {"id":"coder_writer","from":"coder","to":"writer",
                           "link":{"mode":"C2C","fuser":"pocket","gate":"OPEN","weightScale":2,"rank":1}},
                          {"id":"second_writer","from":"second","to":"writer",
                           "link":{"mode":"C2C","fuser":"pocket","weightScale":0.5,"rank":2}},
                          {"id":"writer_output","from":"writer","to":"output"}]}""".formatted(
                        agent("coder", "pocket-sharer", "x", ""),
                        agent("second", "pocket-sharer", "x", ""),
                        agent("writer", "pocket-receiver", "{{ input.question }}", ",\"fusion\":" + fusion)));
    }

    private static String agent(String id, String model, String prompt, String more) {
        return """
                {"id":"%s","kind":"agent","model":"%s","prompt":{"user":"%s"},"generation":{"maxTokens":16}%s}""".formatted(id, model, prompt, more);
    }

    private static JsonNode json(String text) {
        return StrictJson.read(text, 1000);
    }
}
