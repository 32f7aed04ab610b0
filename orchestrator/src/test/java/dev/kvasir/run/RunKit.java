package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.database.TestDatabase;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.Dispatcher;
import dev.kvasir.dispatch.Leases;
import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices.Channel;
import dev.kvasir.dispatch.WorkerId;
import dev.kvasir.graph.Registry;
import dev.kvasir.hop.CacheTransport;
import dev.kvasir.hop.HopProperties;
import dev.kvasir.hop.InstallationSecret;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundSettings;
import dev.kvasir.tool.BuiltInTools;
import dev.kvasir.tool.FunctionTools;
import dev.kvasir.tool.ToolSettings;
import dev.kvasir.tool.Toolbox;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs over a real database with short constants: all that the server and the workers are made of, wired by hand. */
final class RunKit implements AutoCloseable {

    static final DispatchProperties DISPATCH = new DispatchProperties(
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofMillis(800),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            "default",
            4,
            null);
    static final RunProperties RUNS = new RunProperties(
            1000,
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofHours(1));

    /** Every worker's: the built-in ones, without a host that could be reached, and a function. */
    static final Toolbox TOOLS = new Toolbox(
            List.of(
                    new BuiltInTools(
                            new ToolSettings(List.of("api.example.org"), Duration.ofSeconds(5)),
                            new OutboundClient(OutboundSettings.NOTHING)),
                    new FunctionTools(List.of(new ToolRunIT.Functions()))),
            Duration.ofSeconds(20));

    final UUID owner = UUID.randomUUID();

    /** Of workers that start from now on. */
    HopProperties hops = new HopProperties(null, DataSize.ofMegabytes(64), Duration.ofHours(1));

    final JsonMapper json = JsonMapper.builder().build();
    final Registry registry;
    final HikariDataSource source;
    final JdbcClient jdbc;
    final RunRoom room;
    final Leases leases;
    final Completion completion;
    final Claims claims;
    final Recovery recovery;
    final NoticeListener listener;
    final Runs runs;

    RunKit(TestDatabase database) {
        this(database, RUNS);
    }

    RunKit(TestDatabase database, RunProperties settings) {
        this(database, settings, new EchoRegistry());
    }

    /** @param registry what graphs may name; every worker has all of it */
    RunKit(TestDatabase database, RunProperties settings, Registry registry) {
        this.registry = registry;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setMaximumPoolSize(20);
        source = new HikariDataSource(config);
        jdbc = JdbcClient.create(source);
        RunRules rules = new RunRules(jdbc, json, registry);
        room = RunRoom.over(new RunRoom.Ground(jdbc, new JdbcTransactionManager(source), json, settings), rules);
        leases = new Leases(jdbc, DISPATCH.lease());
        Retries retries = new Retries(room, settings, new Random(1), Clock.systemUTC(), (pause, island) -> {});
        completion = new Completion(room, leases, retries);
        claims = new Claims(room, leases);
        recovery = new Recovery(jdbc, room, completion, DISPATCH, settings);
        listener = new NoticeListener(database.dataSource());
        runs = new StoredRuns(
                new RunStart(jdbc, json, room, rules, settings),
                new RunReads(jdbc, json, room.faults()),
                room,
                listener);
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES (:id, :name, 'ADMIN')")
                .param("id", owner)
                .param("name", owner.toString())
                .update();
    }

    /** Publishes a document as it is. */
    UUID published(String document) {
        return published(document, "{\"models\":{},\"fusers\":{}}");
    }

    /** @param lock what its names mean */
    UUID published(String document, String lock) {
        UUID graph = UUID.randomUUID();
        jdbc.sql("INSERT INTO graph (id, owner_id, name, title) VALUES (:id, :owner, :name, 'G')")
                .param("id", graph)
                .param("owner", owner)
                .param("name", "g" + graph.toString().substring(0, 8))
                .update();
        jdbc.sql("""
                        INSERT INTO graph_version (graph_id, number, sha256, document, lock, published_by)
                        VALUES (:id, 1, :sha256, :document, :lock::json, :owner)""")
                .param("lock", lock)
                .param("id", graph)
                .param("sha256", Digests.sha256(document))
                .param("document", document)
                .param("owner", owner)
                .update();
        return graph;
    }

    /** input → a → b → output; each agent repeats what it reads. */
    UUID chain() {
        return published("""
                {"kind":"kvasir/graph","schemaVersion":1,"name":"chain",
                 "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                          {"id":"a","kind":"agent","model":"echo","retry":{"maxAttempts":3,"backoffMs":50,"factor":2},
                           "prompt":{"user":"{{ input.question }}"}},
                          {"id":"b","kind":"agent","model":"echo","retry":{"maxAttempts":3,"backoffMs":50,"factor":2},
                           "prompt":{"user":"b heard {{ a.text }}"}},
                          {"id":"output","kind":"output","outputs":{"answer":"{{ b.text }}"}}],
                 "edges":[{"id":"input_a","from":"input","to":"a","link":{"mode":"TEXT"}},
                          {"id":"a_b","from":"a","to":"b","link":{"mode":"TEXT"}},
                          {"id":"b_output","from":"b","to":"output","link":{"mode":"TEXT"}}]}""");
    }

    ObjectNode question(String text) {
        return json.createObjectNode().put("question", text);
    }

    RunId start(UUID graph, String question) {
        return runs.start(owner, StartRun.of(graph, question(question)), null).id();
    }

    RunRecord read(RunId run) {
        return runs.find(owner, run).orElseThrow();
    }

    /** A run when it has ended. */
    RunRecord ended(RunId run) {
        await().atMost(Duration.ofSeconds(20)).until(() -> read(run).state().isFinal());
        return read(run);
    }

    /** What a run that ends well answers. */
    String answer(RunId run) {
        RunRecord ended = ended(run);
        assertThat(ended.error()).isNull();
        return Objects.requireNonNull(ended.output()).path("answer").stringValue();
    }

    /** The states of a run's nodes; of a loop's those of its last round. */
    Map<String, StepState> states(RunId run) {
        Map<String, StepState> states = new HashMap<>();
        runs.steps(owner, run).forEach(step -> states.put(step.node(), step.state()));
        return states;
    }

    StepRecord step(RunId run, String node) {
        return runs.steps(owner, run).stream()
                .filter(step -> step.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** A registered worker that does nothing by itself. */
    Claimant claimant(String name) {
        return claimant(name, "default");
    }

    Claimant claimant(String name, String pool) {
        Claimant worker = new Claimant(new WorkerId(UUID.randomUUID()), name, pool);
        jdbc.sql("""
                        INSERT INTO worker (id, name, pool, state, host, pid, slots, version)
                        VALUES (:id, :name, :pool, 'ACTIVE', 'here', 1, 4, 'test')""")
                .param("id", worker.id().value())
                .param("name", name)
                .param("pool", pool)
                .update();
        for (String model : registry.modelNames()) {
            jdbc.sql("INSERT INTO worker_model (worker_id, model, digest) VALUES (:id, :model, '')")
                    .param("id", worker.id().value())
                    .param("model", model)
                    .update();
        }
        return worker;
    }

    /** A worker that works: echo, with faults obeyed. */
    TestWorker worker(String name) {
        return worker(name, AgentRuntimes.over(new EchoOnly(), EchoFaults.OBEYED, 0));
    }

    TestWorker worker(String name, AgentRuntime agents) {
        return worker(name, "default", agents, new LocalProperties(null, DataSize.ofKilobytes(256)));
    }

    TestWorker worker(String name, String pool, AgentRuntime agents, LocalProperties local) {
        Claimant claimant = claimant(name, pool);
        WorkerGround ground = new WorkerGround(transport(hops), new LocalDocuments(local), TOOLS);
        DeltaStream deltas = new DeltaStream(room, jdbc);
        IslandWorker islands = new IslandWorker(
                claimant,
                agents,
                new IslandWorker.WorkerParts(claims, new Briefs(jdbc, room), completion, deltas, ground));
        TestWorker worker = new TestWorker(new Dispatcher(islands, leases, claimant, DISPATCH, work -> {}), deltas);
        listener.on(Channel.READY, ready -> worker.dispatcher().wake());
        listener.on(Channel.STOP, run -> {
            if (!run.equals(NoticeListener.EVERYTHING)) {
                worker.dispatcher().stopRun(UUID.fromString(run));
            }
        });
        deltas.start(Duration.ofMillis(50));
        worker.dispatcher().start();
        return worker;
    }

    /** This installation's way from worker to worker. */
    CacheTransport transport(HopProperties settings) {
        return new CacheTransport(
                room.transfers(), new JdbcTransactionManager(source), new InstallationSecret(jdbc, null), settings);
    }

    @Override
    public void close() {
        listener.close();
        source.close();
    }

    record TestWorker(Dispatcher dispatcher, DeltaStream deltas) implements AutoCloseable {
        @Override
        public void close() {
            dispatcher.close();
            deltas.close();
        }
    }

    /** Offers the built-in model and the built-in tools to graphs, and no fuser. */
    static final class EchoRegistry implements Registry {
        @Override
        public List<String> toolNames() {
            return TOOLS.names();
        }

        @Override
        public Optional<JsonNode> tool(String name) {
            return TOOLS.find(name).map(tool -> tool.specification().parameters());
        }

        @Override
        public Optional<Model> model(String name) {
            return name.equals("echo")
                    ? Optional.of(new Model("echo", "", Location.BUILT_IN, CacheShape.NONE, 0, 0))
                    : Optional.empty();
        }

        @Override
        public Optional<Fuser> fuser(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> modelNames() {
            return List.of("echo");
        }

        @Override
        public List<Fuser> fusers() {
            return List.of();
        }

        @Override
        public OptionalLong largestDeviceBytes() {
            return OptionalLong.empty();
        }
    }

    /** Knows the built-in model, and no fuser. */
    static final class EchoOnly implements ModelCatalog {
        @Override
        public Optional<ModelEntry> model(String name) {
            return name.equals("echo") ? Optional.of(new ModelEntry.Echo(name)) : Optional.empty();
        }

        @Override
        public Optional<FuserEntry> fuser(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
            return Optional.empty();
        }
    }
}
