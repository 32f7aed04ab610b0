package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.database.TestDatabase;
import dev.kvasir.device.Devices;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.hop.HopProperties;
import dev.kvasir.wire.NoiseKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** Caches that travel from one pool's worker to another's, with the pocket models computing over a real database. */
class HopIT {

    private static final String QUESTION = "What does a kelgat hold?";
    private static final String LINK =
            "{\"mode\":\"CACHE_PREFIX\",\"layers\":[1,2,3],\"wire\":{\"codec\":\"INT8\",\"noise\":0.5}%s}";
    private static final String FALLBACK = ",\"fallback\":{\"on\":[\"OTHER_DEVICE\"],\"to\":\"TEXT\"}";
    private static final NoiseKey NOISE = new NoiseKey(new byte[32]);
    private static final DataSize SMALL = DataSize.ofKilobytes(256);

    @TempDir
    private static Path home;

    private static PocketShelf shelf;

    private final List<RunKit.TestWorker> workers = new ArrayList<>();
    private RunKit kit;

    @BeforeAll
    static void install() {
        shelf = PocketShelf.installed(home);
    }

    @BeforeEach
    void open() {
        kit = new RunKit(TestDatabase.migrated(), RunKit.RUNS, shelf.registry());
        kit.listener.start();
    }

    @AfterEach
    void close() {
        workers.forEach(RunKit.TestWorker::close);
        kit.close();
    }

    @Test
    void aCacheTravelsAndWhatIsAnsweredIsWhatOneWorkerAnswers() {
        worker("near", "edge");
        worker("far", "default");

        RunId apart = ended(start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION));
        RunId together = ended(start(graph("", LINK.formatted("")), QUESTION));

        assertThat(kit.read(apart).state()).as("%s", kit.read(apart)).isEqualTo(RunState.SUCCEEDED);
        assertThat(kit.read(apart).output()).isEqualTo(kit.read(together).output());
        assertThat(kit.step(apart, "coder").worker()).isEqualTo("near");
        assertThat(kit.step(apart, "coder").text()).isNull();
        assertThat(kit.step(apart, "writer").worker()).isEqualTo("far");
        assertThat(kit.step(apart, "writer").text()).isNotBlank();
        EdgeRecord edge = edge(apart);
        EdgeRecord one = edge(together);
        assertThat(edge.effectiveMode()).isEqualTo("CACHE_PREFIX");
        assertThat(edge.cacheBytes()).isEqualTo(one.cacheBytes()).isPositive();
        assertThat(edge.tokens()).isEqualTo(one.tokens()).isPositive();
        assertThat(edge.layers()).isEqualTo(one.layers()).containsExactly(1, 2, 3);
        assertThat(edge.wire()).isEqualTo(one.wire()).isNotNull();
        assertThat(one.hop()).isNull();
        HopRecord hop = Objects.requireNonNull(edge.hop());
        assertThat(List.of(hop.fromPool(), hop.toPool(), hop.fromWorker(), String.valueOf(hop.toWorker())))
                .containsExactly("edge", "default", "near", "far");
        assertThat(hop.sealedBytes())
                .isBetween(Objects.requireNonNull(edge.wire()).bytes(), edge.cacheBytes());
        assertThat(edge.copyMs()).isGreaterThanOrEqualTo(hop.sendMs() + hop.openMs());
        List<JsonNode> transfers = transferEvents(apart);
        assertThat(transfers).hasSize(1);
        assertThat(transfers.getFirst().path("cacheBytes").asLong()).isEqualTo(edge.cacheBytes());
        assertThat(transfers.getFirst().path("copyMs").asLong()).isEqualTo(edge.copyMs());
        assertThat(count("cache_transfer") + count("cache_chunk")).isZero();
    }

    @Test
    void aConversationIsContinuedOnAnotherWorkerAsItWouldBeOnThisOne() {
        worker("near", "edge");
        worker("far", "default");
        String handover = "{\"mode\":\"HANDOVER\"}";

        RunId apart = ended(start(one(",\"pool\":\"edge\"", handover), QUESTION));
        RunId together = ended(start(one("", handover), QUESTION));

        assertThat(kit.read(apart).state()).as("%s", kit.read(apart)).isEqualTo(RunState.SUCCEEDED);
        assertThat(kit.read(apart).output()).isEqualTo(kit.read(together).output());
        assertThat(kit.step(apart, "coder").text())
                .isEqualTo(kit.step(together, "coder").text())
                .isNotBlank();
        assertThat(kit.step(apart, "writer").worker()).isEqualTo("far");
        assertThat(Objects.requireNonNull(kit.step(apart, "writer").metrics()).reusedTokens())
                .isEqualTo(Objects.requireNonNull(kit.step(together, "writer").metrics())
                        .reusedTokens())
                .isPositive();
        EdgeRecord edge = edge(apart);
        assertThat(edge.effectiveMode()).isEqualTo("HANDOVER");
        assertThat(edge.cacheBytes()).isEqualTo(edge(together).cacheBytes());
        assertThat(Objects.requireNonNull(edge.hop()).sealedBytes()).isGreaterThan(edge.cacheBytes());
        assertThat(transferEvents(apart)).hasSize(1);
    }

    @Test
    void theReceiversNextAttemptFindsTheCacheAndTheSharerDoesNotRunAgain() {
        worker("near", "edge");
        RunId run = start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION);
        awaitTransfer();
        assertThat(kit.step(run, "writer").state()).isEqualTo(StepState.READY);

        Claimant dying = kit.claimant("dying");
        assertThat(kit.claims.claim(dying, 4)).hasSize(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            kit.recovery.sweep();
            return kit.step(run, "writer").state() == StepState.READY;
        });
        worker("far", "default");

        assertThat(kit.read(ended(run)).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "coder").id()))
                .extracting(AttemptRecord::worker)
                .containsExactly("near");
        assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "writer").id()))
                .extracting(AttemptRecord::worker)
                .containsExactly("dying", "far");
    }

    @Test
    void aCacheThatWasTamperedWithIsRefused() {
        worker("near", "edge");
        RunId run = start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION);
        tamper();
        worker("far", "default");

        RunRecord failed = kit.read(ended(run));
        assertThat(failed.state()).isEqualTo(RunState.FAILED);
        assertThat(String.valueOf(failed.error()))
                .contains("TRANSFER_FAILED")
                .contains("is refused: chunk 0 is not what was sealed for it.");
        assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "writer").id()))
                .hasSize(1);
    }

    @Test
    void itBecomesTextWhereItsFallbackSaysSoForTheSharerHasWrittenBefore() {
        worker("near", "edge");
        RunId run = start(graph(",\"pool\":\"edge\"", LINK.formatted(FALLBACK)), QUESTION);
        tamper();
        assertThat(kit.step(run, "coder").text()).isNotBlank();
        worker("far", "default");

        assertThat(kit.read(ended(run)).state()).isEqualTo(RunState.SUCCEEDED);
        EdgeRecord edge = edge(run);
        assertThat(edge.effectiveMode()).isEqualTo("TEXT");
        assertThat(edge.reason()).isEqualTo("OTHER_DEVICE");
        assertThat(edge.hop()).isNull();
        assertThat(edge.wire()).isNull();
        assertThat(transferEvents(run)).isEmpty();
        assertThat(count("cache_transfer")).isZero();
    }

    @Test
    void aCacheThatIsTooLargeToTravelFailsOrBecomesTextWhereItIsSent() {
        kit.hops = new HopProperties(null, DataSize.ofKilobytes(4), Duration.ofHours(1));
        worker("near", "edge");
        worker("far", "default");

        RunRecord failed = kit.read(ended(start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION)));
        RunId text = ended(start(graph(",\"pool\":\"edge\"", LINK.formatted(FALLBACK)), QUESTION));

        assertThat(failed.state()).isEqualTo(RunState.FAILED);
        assertThat(String.valueOf(failed.error())).contains("may travel between workers (kvasir.hop.largest)");
        assertThat(kit.read(text).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(edge(text).effectiveMode()).isEqualTo("TEXT");
        assertThat(edge(text).reasonText()).contains("kvasir.hop.largest");
        assertThat(kit.step(text, "coder").text()).isNotBlank();
        assertThat(kit.runs.events(kit.owner, text, 0, 1000))
                .filteredOn(event -> event.name().equals("edge.fallback"))
                .hasSize(1);
    }

    @Test
    void whatNobodyComesForIsForgottenAndMissed() {
        worker("near", "edge");
        RunId late = start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION);
        awaitTransfer();
        kit.room.transfers().sweep();
        assertThat(count("cache_transfer")).isEqualTo(1);

        kit.jdbc.sql("UPDATE cache_transfer SET expires_at = clock_timestamp()").update();
        kit.room.transfers().sweep();
        assertThat(count("cache_transfer") + count("cache_chunk")).isZero();
        worker("far", "default");

        RunRecord failed = kit.read(ended(late));
        assertThat(failed.state()).isEqualTo(RunState.FAILED);
        assertThat(String.valueOf(failed.error()))
                .contains("The cache that 'coder' sent on edge 'coder_writer' is not there any more");
    }

    @Test
    void aRunThatEndedLeavesNoCacheBehind() {
        worker("near", "edge");
        RunId run = start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION);
        awaitTransfer();

        kit.runs.cancel(kit.owner, run, CancelMode.NOW);
        kit.room.transfers().sweep();

        assertThat(count("cache_transfer")).isZero();
    }

    @Test
    void aRunWaitsForAPoolThatHasNoWorkerAndSaysSo() {
        worker("far", "default");
        RunId run = start(graph(",\"pool\":\"edge\"", LINK.formatted("")), QUESTION);
        await().during(Duration.ofSeconds(1)).until(() -> kit.read(run).state() == RunState.QUEUED);

        kit.jdbc.sql("UPDATE run SET queue_deadline_at = clock_timestamp()").update();
        kit.recovery.sweep();

        RunRecord ended = kit.read(run);
        assertThat(ended.state()).isEqualTo(RunState.TIMED_OUT);
        assertThat(String.valueOf(ended.error()))
                .contains(
                        "The run waited too long for a worker of pool 'edge', and there is none. Start one with: kvasir worker"
                                + " --pool edge");
    }

    @Test
    void aDocumentIsReadWhereItLiesAndItsTextIsKeptNowhere(@TempDir Path documents) throws IOException {
        String canary = "The heron of Aldermoor wears seventeen bells.";
        Files.writeString(documents.resolve("report.txt"), canary);
        workers.add(kit.worker("near", "edge", agents(), new LocalProperties(documents, SMALL)));
        worker("far", "default");
        String site = ",\"pool\":\"edge\",\"local\":{\"report\":\"report.txt\"}";

        RunId run = ended(start(graph(site, LINK.formatted(""), "Read: {{ local.report }}"), QUESTION));
        RunId same = ended(start(graph(site, LINK.formatted(""), "Read: {{ local.report }}"), QUESTION));
        RunId missing = ended(start(
                graph(site.replace("report.txt", "none.txt"), LINK.formatted(""), "{{ local.report }}"), QUESTION));

        assertThat(kit.read(run).state()).as("%s", kit.read(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(kit.read(run).output()).isEqualTo(kit.read(same).output());
        assertThat(edge(run).tokens()).isGreaterThan(10);
        assertThat(kit.jdbc
                        .sql(
                                "SELECT messages::text FROM result WHERE step_id = (SELECT id FROM step WHERE run_id = :run AND node = 'coder')")
                        .param("run", run.value())
                        .query((row, number) -> row.getString(1))
                        .single())
                .isEqualTo("[{\"role\":\"user\",\"content\":\"Read: {{ local.report }}\"}]");
        assertThat(String.valueOf(kit.read(missing).error()))
                .contains("LOCAL_DOCUMENT")
                .contains(
                        "The local document 'none.txt' was not read: it is not in the worker's folder of local documents.")
                .doesNotContain(documents.toString());
    }

    private void worker(String name, String pool) {
        workers.add(kit.worker(name, pool, agents(), new LocalProperties(null, SMALL)));
    }

    private static AgentRuntime agents() {
        return AgentRuntimes.over(shelf.catalog(), EchoFaults.IGNORED, 0, Devices.ofThisMachine(), () -> NOISE);
    }

    private void awaitTransfer() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> kit.jdbc
                                .sql("SELECT count(*) FROM cache_transfer WHERE state = 'READY'")
                                .query((row, number) -> row.getInt(1))
                                .single()
                        == 1);
    }

    /** Changes one bit of what is on its way. */
    private void tamper() {
        awaitTransfer();
        kit.jdbc
                .sql("UPDATE cache_chunk SET bytes = set_bit(bytes, 8000, 1 - get_bit(bytes, 8000))")
                .update();
    }

    private int count(String table) {
        return kit.jdbc
                .sql("SELECT count(*) FROM " + table)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    private List<JsonNode> transferEvents(RunId run) {
        return kit.runs.events(kit.owner, run, 0, 1000).stream()
                .filter(event -> event.name().equals("edge.transfer"))
                .<JsonNode>map(EventRecord::data)
                .toList();
    }

    private RunId start(UUID graph, String question) {
        return kit.start(graph, question);
    }

    private RunId ended(RunId run) {
        await().atMost(Duration.ofSeconds(90)).until(() -> kit.read(run).state().isFinal());
        return run;
    }

    private EdgeRecord edge(RunId run) {
        return kit.runs.edges(kit.owner, run).stream()
                .filter(use -> use.edge().equals("coder_writer"))
                .findFirst()
                .orElseThrow();
    }

    /** Both ends run one model. */
    private UUID one(String site, String link) {
        return graph(site, link, "Notes on: {{ input.question }}", "pocket-receiver");
    }

    private UUID graph(String site, String link) {
        return graph(site, link, "Notes on: {{ input.question }}");
    }

    private UUID graph(String site, String link, String prompt) {
        return graph(site, link, prompt, "pocket-twin");
    }

    private UUID graph(String site, String link, String prompt, String coder) {
        return kit.published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"pair",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                          {"id":"coder","kind":"agent","model":"%s","prompt":{"user":"%s"},
                           "generation":{"maxTokens":16}%s},
                          {"id":"writer","kind":"agent","model":"pocket-receiver",
                           "prompt":{"user":"{{ input.question }}"},"generation":{"maxTokens":16}},
                          {"id":"output","kind":"output","outputs":{"answer":"{{ writer.text }}"}}],
                 "edges":[{"id":"input_coder","from":"input","to":"coder"},
                          {"id":"input_writer","from":"input","to":"writer"},
                          {"id":"coder_writer","from":"coder","to":"writer","link":%s},
                          {"id":"writer_output","from":"writer","to":"output"}]}""".formatted(coder, prompt, site, link));
    }
}
