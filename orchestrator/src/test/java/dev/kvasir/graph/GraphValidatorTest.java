package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.Link.Mode;
import dev.kvasir.graph.LinkPlan.Reason;
import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Registry.End;
import dev.kvasir.graph.Registry.Fuser;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class GraphValidatorTest {

    private static final String LINK = "{\"mode\": \"C2C\", \"fuser\": \"pocket\"}";
    private static final String OUTPUT =
            "{\"id\": \"output\", \"kind\": \"output\", \"outputs\": {\"answer\": \"{{ writer.text }}\"}}";
    private static final String LAST =
            "{\"id\": \"writer_output\", \"from\": \"writer\", \"to\": \"output\", \"link\": {\"mode\": \"TEXT\"}}";

    @Test
    void theCoderAndTheWriterObeyEveryRule() {
        assertThat(validate(Documents.CODER_WRITER).problems()).isEmpty();
    }

    static List<Arguments> broken() {
        return List.of(
                broken(
                        Rule.G01,
                        "\"kind\": \"input\", \"schema\": {\"type\": \"object\", \"required\": [\"question\"],\n   \"properties\": {\"question\": {\"type\": \"string\"}}}",
                        "\"kind\": \"agent\", \"model\": \"echo\", \"prompt\": {\"user\": \"x\"}",
                        "The graph has no input node. Add one."),
                broken(
                        Rule.G01,
                        OUTPUT,
                        OUTPUT + ", {\"id\": \"more\", \"kind\": \"input\"}",
                        "2 input nodes (input, more). Keep one."),
                broken(
                        Rule.G02,
                        OUTPUT,
                        "{\"id\": \"output\", \"kind\": \"agent\", \"model\": \"echo\", \"prompt\": {\"user\": \"x\"}}",
                        "The graph has no output node. Add one."),
                broken(
                        Rule.G22,
                        "\"prompt\": {\"user\": \"{{ input.question }}\"}",
                        "\"history\": \"{{ coder.text }}\"",
                        "history of 'writer' must be one value of the input, such as \"{{ input.messages }}\", not \"{{ coder.text }}\"."),
                broken(
                        Rule.G18,
                        "\"prompt\": {\"user\": \"{{ input.question }}\"}",
                        "\"history\": \"{{ input.questions }}\"",
                        "History of 'writer': 'input.questions' is not a value. The input offers: input.question."),
                broken(
                        Rule.G03,
                        OUTPUT,
                        OUTPUT + ", " + OUTPUT,
                        "Two nodes are called 'output'. Give each node its own id."),
                broken(
                        Rule.G04,
                        "\"to\": \"output\"",
                        "\"to\": \"b\"",
                        "Edge 'writer_output' goes to 'b', which does not exist."),
                broken(
                        Rule.G05,
                        "\"from\": \"coder\", \"to\": \"writer\"",
                        "\"from\": \"writer\", \"to\": \"writer\"",
                        "Node 'writer' cannot be its own neighbour (edge 'coder_writer')."),
                broken(
                        Rule.G06,
                        "\"from\": \"input\", \"to\": \"coder\"",
                        "\"from\": \"input\", \"to\": \"output\"",
                        "Node 'coder' cannot be reached from the input. Connect or remove it."),
                broken(
                        Rule.G07,
                        LAST,
                        "{\"id\": \"w\", \"from\": \"input\", \"to\": \"output\"}",
                        "Nothing leads from node 'coder' to an output. Connect or remove it."),
                broken(
                        Rule.G08,
                        LAST,
                        LAST + ", {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\"}",
                        "Nodes coder → writer → coder form a cycle. Mark the edge that goes back as a loop, with a limit."),
                broken(
                        Rule.G09,
                        LAST,
                        LAST
                                + ", {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"loop\": {\"maxIterations\": 0}}",
                        "Loop edge 'back' needs maxIterations between 1 and 100, not 0."),
                broken(
                        Rule.G10,
                        LAST,
                        LAST
                                + ", {\"id\": \"ahead\", \"from\": \"coder\", \"to\": \"output\", \"loop\": {\"maxIterations\": 2}}",
                        "Loop edge 'ahead' goes to 'output', which does not lead back to 'coder'."),
                broken(
                        Rule.G11,
                        LAST,
                        LAST
                                + ", {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"loop\": {\"maxIterations\": 2}, \"link\": {\"mode\": \"C2C\"}}",
                        "Loop edge 'back' is C2C. A loop edge carries text."),
                broken(
                        Rule.G12,
                        "\"to\": \"output\"",
                        "\"to\": \"output\", \"fromPort\": \"maybe\"",
                        "Edge 'writer_output' leaves by port 'maybe'; node 'writer' has the ports out, fail."),
                broken(
                        Rule.G13,
                        LAST,
                        LAST + ", {\"id\": \"again\", \"from\": \"writer\", \"to\": \"output\"}",
                        "Edges 'writer_output' and 'again' are the same: writer → output by port 'out'. Keep one."),
                broken(
                        Rule.G14,
                        "\"id\": \"coder\"",
                        "\"id\": \"A b\"",
                        "Node id 'A b' is not allowed: use a-z, 0-9 and _, a letter first, up to 64."),
                broken(
                        Rule.G16,
                        "\"model\": \"pocket-sharer\"",
                        "\"modle\": \"pocket-sharer\"",
                        "Field 'modle' is unknown for an agent node. Did you mean 'model'?"),
                broken(
                        Rule.G16,
                        "\"kind\": \"output\"",
                        "\"kind\": \"tool\"",
                        "Field 'tool' is missing for a tool node."),
                broken(
                        Rule.G17,
                        "pocket-sharer",
                        "m",
                        "Agent 'coder' names model 'm', which is not registered. Known: echo, gpt, pocket-receiver, pocket-sharer."),
                broken(
                        Rule.G18,
                        "{{ input.question }}\"},\n   \"generation\": {\"maxTokens\": 64, \"temperature\": 0}},\n  {\"id\": \"output\"",
                        "{{ coder.txt }}\"}},\n  {\"id\": \"output\"",
                        "Prompt of 'writer': 'coder.txt' is not a value. Nodes before 'writer' offer: coder.text, coder.json."),
                broken(
                        Rule.G19,
                        "Notes on: {{ input.question }}",
                        "{{ writer.text }}",
                        "Prompt of 'coder' reads 'writer', which does not run before it."),
                broken(
                        Rule.G20,
                        "Notes on: {{ input.question }}",
                        "Notes:\\n{{#if input.question}} yes",
                        "Prompt of 'coder', line 2: '{{#if' is never closed."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"wire\": {\"noise\": 11}}",
                        "noise of edge 'coder_writer' must be between 0 and 10, not 11."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"wire\": {\"codec\": \"INT2\"}}",
                        "codec of edge 'coder_writer' must be one of F32, INT8, INT4, not \"INT2\"."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"wire\": {\"layers\": [3, 24]}}",
                        "Wire layers of edge 'coder_writer' must be between 0 and 23, those of pocket-sharer, not 24."),
                broken(
                        Rule.G16,
                        LINK,
                        "{\"mode\": \"C2C\", \"wire\": {\"nois\": 1}}",
                        "Field 'nois' is unknown for a wire policy. Did you mean 'noise'?"),
                broken(
                        Rule.G16,
                        LINK,
                        "{\"mode\": \"TEXT\", \"wire\": {}}",
                        "Field 'wire' is unknown for a TEXT link."),
                broken(
                        Rule.G22,
                        "\"temperature\": 0}},\n  {\"id\": \"writer\"",
                        "\"temperature\": 3}},\n  {\"id\": \"writer\"",
                        "temperature of 'coder' must be between 0 and 2, not 3."),
                broken(
                        Rule.G23,
                        LAST,
                        LAST.replace("TEXT", "C2C"),
                        "Edge 'writer_output' is C2C, but 'output' is an output. Only agents share and receive caches."),
                broken(
                        Rule.G24,
                        "\"fuser\": \"pocket\"",
                        "\"fuser\": \"pockt\"",
                        "Edge 'coder_writer' names fuser 'pockt', which is not registered."),
                broken(
                        Rule.G25,
                        "\"fuser\": \"pocket\"",
                        "\"fuser\": \"back\"",
                        "Fuser 'back' was trained for pocket-receiver → pocket-sharer; edge 'coder_writer' needs pocket-sharer → pocket-receiver."),
                broken(
                        Rule.G26,
                        "\"fuser\": \"pocket\"",
                        "\"fuser\": \"wide\"",
                        "Fuser 'wide' expects 28 layers, 8 KV heads of 128; model 'pocket-sharer' has 24, 2 of 64."),
                broken(
                        Rule.G27,
                        LINK + "}",
                        "{\"mode\": \"C2C\"}}, {\"id\": \"x\", \"from\": \"coder\", \"to\": \"third\", \"link\": {\"mode\": \"C2C\"}}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"output\"}",
                        "No fuser leads from pocket-sharer to pocket-sharer. Train one, use TEXT, or set a fallback.",
                        "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-sharer\", \"prompt\": {\"user\": \"x\"}}"),
                broken(
                        Rule.G28,
                        "pocket-sharer",
                        "gpt",
                        "Agent 'coder' runs on the remote model 'gpt'; its cache cannot be read. Use TEXT, or set a fallback."),
                broken(
                        Rule.G29,
                        LINK,
                        "{\"mode\": \"HANDOVER\"}",
                        "HANDOVER on edge 'coder_writer' needs the same model at both ends, not pocket-sharer and pocket-receiver."),
                broken(
                        Rule.G30,
                        LINK,
                        "{\"mode\": \"CACHE_PREFIX\"}",
                        "CACHE_PREFIX on edge 'coder_writer' needs the same architecture: qwen2, 24 layers against llama, 30."),
                broken(
                        Rule.G31,
                        "{\"user\": \"{{ input.question }}\"}",
                        "{\"user\": \"{{ coder.text }}\"}",
                        "Node 'writer' quotes coder.text, but edge 'coder_writer' carries only a cache. Use TEXT_C2C, or guard it with {{#if}}."),
                broken(
                        Rule.G32,
                        LINK + "}",
                        "{\"mode\": \"HANDOVER\"}}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\", \"link\": {\"mode\": \"HANDOVER\"}}, {\"id\": \"x\", \"from\": \"input\", \"to\": \"third\"}",
                        "Node 'writer' takes over two caches by HANDOVER (coder_writer, y). It can continue one.",
                        "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-receiver\", \"prompt\": {\"user\": \"x\"}}"),
                broken(
                        Rule.G32,
                        LINK + "}",
                        "{\"mode\": \"CACHE_PREFIX\"}}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\", \"link\": {\"mode\": \"C2C\"}}, {\"id\": \"x\", \"from\": \"input\", \"to\": \"third\"}",
                        "Node 'writer' takes over a cache by CACHE_PREFIX (coder_writer) and others beside it. It must be the only one.",
                        "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-sharer\", \"prompt\": {\"user\": \"x\"}}"),
                broken(
                        Rule.G32,
                        LINK + "}",
                        "{\"mode\": \"HANDOVER\"}}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\", \"link\": {\"mode\": \"C2C\"}}, {\"id\": \"x\", \"from\": \"input\", \"to\": \"third\"}",
                        "Node 'writer' takes over a cache by HANDOVER (coder_writer) and others beside it. It must be the only one.",
                        "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-sharer\", \"prompt\": {\"user\": \"x\"}}"),
                broken(
                        Rule.G32,
                        LINK + "}",
                        "{\"mode\": \"C2C\"}}, {\"id\": \"y\", \"from\": \"writer\", \"to\": \"third\", \"link\": {\"mode\": \"CACHE_PREFIX\"}}, {\"id\": \"x\", \"from\": \"third\", \"to\": \"output\"}",
                        "Node 'writer' takes over a cache (coder_writer), but under CACHE_PREFIX it reads its own messages alone. Use TEXT on one side.",
                        "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-receiver\", \"prompt\": {\"user\": \"x\"}}"),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"CACHE_PREFIX\", \"layers\": [1], \"layerShare\": 0.5}",
                        "Give layers or layerShare of edge 'coder_writer', not both of them."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"layers\": [1, 1]}",
                        "layers of edge 'coder_writer' must be \"all\" or a list of layers, from 0 to 999, each once, not a list."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"layers\": [0, 30]}",
                        "layers of edge 'coder_writer' must be between 0 and 29, not 30."),
                broken(
                        Rule.G22,
                        LINK,
                        "{\"mode\": \"C2C\", \"weightScale\": 11}",
                        "weightScale of edge 'coder_writer' must be between 0 and 10, not 11."),
                broken(
                        Rule.G22,
                        "\"model\": \"pocket-receiver\"",
                        "\"model\": \"pocket-receiver\", \"fusion\": {\"sharers\": \"BOTH\"}",
                        "sharers of 'writer' must be one of SEQUENTIAL, PARALLEL, not \"BOTH\"."),
                broken(
                        Rule.G35,
                        "{\"type\": \"string\"}",
                        "{\"$ref\": \"https://example.org/s\"}",
                        "Schema of 'input' uses a remote $ref."),
                broken(
                        Rule.G41,
                        "{\"type\": \"string\"}",
                        "{\"type\": \"string\", \"maxLength\": 9007199254740993}",
                        "Number 9007199254740993 is beyond 2⁵³."));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("broken")
    void eachRuleSaysItsSentence(Rule rule, String document, String sentence) {
        Validation validation = validate(document);

        assertThat(validation.isAccepted()).isFalse();
        assertThat(validation.errors())
                .filteredOn(problem -> problem.rule() == rule)
                .extracting(Problem::detail)
                .contains(sentence);
    }

    @Test
    void aGraphPastALimitIsRefusedAtOnce() {
        long start = System.nanoTime();
        Validation validation = validate(Documents.chain(10_000));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(validation.problems())
                .extracting(Problem::detail)
                .containsExactly(
                        "The graph has 10002 nodes; the limit is 500.",
                        "The graph has 10001 edges; the limit is 2000.");
        assertThat(took).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void theLargestChainIsAccepted() {
        assertThat(validate(Documents.chain(498)).problems()).isEmpty();
    }

    @Test
    void allProblemsAreToldTogether() {
        String document = Documents.coderWriter("pocket-sharer", "m")
                .replace("\"to\": \"output\"", "\"to\": \"b\"")
                .replace("\"maxTokens\": 64", "\"maxTokens\": \"64\"");

        assertThat(validate(document).errors())
                .extracting(Problem::rule)
                .contains(Rule.G04, Rule.G07, Rule.G17, Rule.G22);
    }

    @Test
    void aFallbackThatCoversTheCauseTurnsAMisfitIntoAWarning() {
        String fallback =
                "{\"mode\": \"C2C\", \"fuser\": \"none\", \"fallback\": {\"on\": [\"NO_FUSER\"], \"to\": \"TEXT\"}}";
        Validation validation = validate(Documents.coderWriter(LINK, fallback));

        assertThat(validation.isAccepted()).isTrue();
        assertThat(validation.problems()).extracting(Problem::rule).containsExactlyInAnyOrder(Rule.G24, Rule.G39);
        LinkPlan link = validation.acceptedPlan().link(new EdgeId("coder_writer"));
        assertThat(link.effective()).isEqualTo(Mode.TEXT);
        assertThat(link.reason()).isEqualTo(Reason.NO_FUSER);
        assertThat(link.reasonText()).isEqualTo("Edge 'coder_writer' names fuser 'none', which is not registered.");
    }

    @Test
    void warningsDoNotRefuse() {
        String sampling = Documents.coderWriter(
                "\"temperature\": 0}},\n  {\"id\": \"output\"", "\"temperature\": 0.7}},\n  {\"id\": \"output\"");
        Registered registry = Registered.pocket().withLargestDevice(2L << 30);
        Validation validation = new GraphValidator(registry).validate(GraphDocument.parse(sampling));

        assertThat(validation.isAccepted()).isTrue();
        assertThat(validation.problems())
                .extracting(Problem::detail)
                .containsExactly(
                        "Agent 'writer' samples (temperature 0.7) without a seed; runs will differ.",
                        "Nodes coder, writer need 3.0 GiB together; the largest device has 2.0 GiB.");
    }

    @Test
    void aFuserTrainedOnAnotherRevisionIsAWarning() {
        Registered registry = Registered.pocket()
                .with(new Fuser(
                        "old",
                        "f1",
                        new End("pocket-sharer", "1234abcd5678", Registered.SHARER),
                        new End("pocket-receiver", "", Registered.RECEIVER)));
        Validation validation = new GraphValidator(registry)
                .validate(GraphDocument.parse(Documents.coderWriter("\"pocket\"", "\"old\"")));

        assertThat(validation.problems())
                .extracting(Problem::detail)
                .containsExactly("Fuser 'old' was trained on another revision of pocket-sharer (digest 1234abcd).");
    }

    @Test
    void autoTakesTheFuserThatThereIs() {
        LinkPlan link = validate(Documents.coderWriter(LINK, "{\"mode\": \"AUTO\"}"))
                .acceptedPlan()
                .link(new EdgeId("coder_writer"));

        assertThat(link.effective()).isEqualTo(Mode.C2C);
        assertThat(link.reason()).isEqualTo(Reason.AUTO_FUSER);
        assertThat(link.fuser()).isEqualTo("pocket");
    }

    @Test
    void whatAnEdgeAndItsReceiverSayOfFusingIsRead() {
        String document = Documents.coderWriter(
                        LINK,
                        "{\"mode\": \"C2C\", \"layers\": [4, 2], \"share\": 0.5, \"order\": \"FRONT\", \"gate\": \"OPEN\", \"weightScale\": 0.5, \"rank\": 3}")
                .replace(
                        "\"model\": \"pocket-receiver\"",
                        "\"model\": \"pocket-receiver\", \"fusion\": {\"sharers\": \"PARALLEL\", \"sections\": \"ALL\"}");
        Graph graph = validate(document).acceptedGraph();

        assertThat(graph.edge(new EdgeId("coder_writer")).orElseThrow().link())
                .isEqualTo(new Link.Fused(
                        new Link.Fusion("auto", List.of(2, 4), 1.0, 0.5, Link.Order.FRONT, Link.Gate.OPEN, 0.5, 3),
                        Link.Wire.OPEN,
                        Fallback.NONE));
        assertThat(graph.node(new NodeId("writer")).orElseThrow())
                .isInstanceOfSatisfying(
                        Node.Agent.class,
                        agent -> assertThat(agent.takeover())
                                .isEqualTo(new Node.Takeover(Node.Together.PARALLEL, Node.Sections.ALL)));
    }

    @Test
    void aShareOfTheFusedLayersIsReadUnlessTheyAreListedToo() {
        String share = "{\"mode\": \"C2C\", \"layerShare\": 0.25, \"layers\": \"all\"}";
        Link read = validate(Documents.coderWriter(LINK, share))
                .acceptedGraph()
                .edge(new EdgeId("coder_writer"))
                .orElseThrow()
                .link();

        assertThat(read)
                .isInstanceOfSatisfying(
                        Link.Fused.class,
                        fused -> assertThat(fused.fusion().layerShare()).isEqualTo(0.25));
        assertThat(validate(Documents.coderWriter(LINK, share.replace("\"all\"", "[1]")))
                        .problems())
                .extracting(Problem::detail)
                .contains("Give layers or layerShare of edge 'coder_writer', not both of them.");
    }

    @Test
    void whatACacheGoesThroughOnTheWireIsRead() {
        String link =
                "{\"mode\": \"C2C\", \"wire\": {\"codec\": \"INT8\", \"layers\": [9, 8], \"noise\": 0.25, \"inversionRisk\": true}}";
        Link read = validate(Documents.coderWriter(LINK, link))
                .acceptedGraph()
                .edge(new EdgeId("coder_writer"))
                .orElseThrow()
                .link();

        assertThat(read.wire()).isEqualTo(new Link.Wire(Link.Codec.INT8, List.of(8, 9), 0.25, true));
        assertThat(read.wire().isPolicy()).isTrue();
        assertThat(Link.Wire.OPEN.isPolicy()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"C2C", "TEXT_C2C", "HANDOVER", "CACHE_PREFIX"})
    void whereOpaqueEdgesAreForbiddenACacheEdgeIsRefusedWithThePolicysSentence(Mode mode) {
        String link = "{\"mode\": \"" + mode + "\"}";
        Problem refused = forbidding(link).errors().stream()
                .filter(problem -> problem.rule() == Rule.G42)
                .findFirst()
                .orElseThrow();

        assertThat(refused.pointer()).matches("/edges/\\d/link/mode");
        assertThat(refused.edgeId()).isEqualTo(new EdgeId("coder_writer"));
        assertThat(refused.detail())
                .isEqualTo("Edge 'coder_writer' is " + mode
                        + ", but opaque edges are forbidden here: only text may cross between agents. Make it TEXT,"
                        + " or let its fallback to TEXT cover FORBIDDEN.");
    }

    @Test
    void whereOpaqueEdgesAreForbiddenAFallbackThatCoversItMakesThemText() {
        Validation covered =
                forbidding("{\"mode\": \"C2C\", \"fallback\": {\"on\": [\"FORBIDDEN\"], \"to\": \"TEXT\"}}");
        Validation other = forbidding("{\"mode\": \"C2C\", \"fallback\": {\"on\": [\"NO_FUSER\"], \"to\": \"TEXT\"}}");

        assertThat(covered.problems()).extracting(Problem::rule).contains(Rule.G42);
        LinkPlan plan = covered.acceptedPlan().link(new EdgeId("coder_writer"));
        assertThat(plan.effective()).isEqualTo(Mode.TEXT);
        assertThat(plan.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(plan.reasonText()).isEqualTo("Opaque edges are forbidden here: only text may cross between agents.");
        assertThat(other.isAccepted()).isFalse();
    }

    @Test
    void whereOpaqueEdgesAreForbiddenAutoIsTextAndTextIsAsEver() {
        LinkPlan auto = forbidding("{\"mode\": \"AUTO\"}").acceptedPlan().link(new EdgeId("coder_writer"));
        LinkPlan text = forbidding("{\"mode\": \"TEXT\"}").acceptedPlan().link(new EdgeId("coder_writer"));

        assertThat(auto.effective()).isEqualTo(Mode.TEXT);
        assertThat(auto.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(text.reason()).isEqualTo(Reason.AS_REQUESTED);
    }

    private static Validation forbidding(String link) {
        GraphDocument document = GraphDocument.parse(Documents.coderWriter(LINK, link));
        return new GraphValidator(Registered.pocket())
                .validate(
                        document,
                        Overrides.NONE,
                        new Surroundings(PairTimes.NONE, OpaqueEdges.FORBIDDEN, KnownGraphs.NONE));
    }

    @Test
    void anOverrideKeepsTheLinksOwnFieldsButNotLayersThatMeanSomethingElse() {
        GraphDocument document =
                GraphDocument.parse(Documents.coderWriter(LINK, "{\"mode\": \"C2C\", \"layers\": [1], \"share\": 0.5}")
                        .replace("pocket-receiver", "pocket-sharer"));
        Overrides prefix =
                new Overrides(Map.of("coder_writer", StrictJson.read("{\"mode\": \"CACHE_PREFIX\"}", 100)), Map.of());

        Graph graph = new GraphValidator(Registered.pocket())
                .validate(document, prefix)
                .acceptedGraph();

        assertThat(graph.edge(new EdgeId("coder_writer")).orElseThrow().link())
                .isEqualTo(new Link.CachePrefix(null, 0.5, Link.Wire.OPEN, Fallback.NONE));
    }

    @Test
    void autoIsTextWhereWhatItJoinsCouldNotRunAsOne() {
        String router =
                "{\"id\": \"choice\", \"kind\": \"router\", \"cases\": [{\"name\": \"yes\", \"when\": \"true\"}], \"otherwise\": \"no\"}";
        String third = "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"echo\", \"prompt\": {\"user\": \"x\"}}";

        assertThat(autoWith("", "", "\"when\": \"true\", "))
                .isEqualTo("A cache is taken over before its sender has ended, and this edge is decided by then.");
        assertThat(autoWith(
                        router,
                        "{\"id\": \"x\", \"from\": \"coder\", \"to\": \"choice\"},"
                                + " {\"id\": \"y\", \"from\": \"choice\", \"to\": \"writer\", \"fromPort\": \"yes\"}",
                        ""))
                .isEqualTo("Node 'choice' would have to run together with both ends, and cannot.");
        assertThat(autoWith(
                        third,
                        "{\"id\": \"x\", \"from\": \"coder\", \"to\": \"third\", \"when\": \"true\"},"
                                + " {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\"}",
                        ""))
                .isEqualTo("Edge 'x' is decided when 'coder' has ended, and its ends would run together.");
        assertThat(autoWith(
                        third,
                        "{\"id\": \"x\", \"from\": \"writer\", \"to\": \"third\"}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"output\"},"
                                + " {\"id\": \"back\", \"from\": \"third\", \"to\": \"writer\", \"loop\": {\"maxIterations\": 2}}",
                        ""))
                .isEqualTo("No cache leads into a loop or out of one (loop 'back').");
        assertThat(autoWith(
                        third + ", " + third.replace("third", "fourth"),
                        "{\"id\": \"x\", \"from\": \"coder\", \"to\": \"third\"}, {\"id\": \"y\", \"from\": \"third\", \"to\": \"fourth\"},"
                                + " {\"id\": \"z\", \"from\": \"fourth\", \"to\": \"writer\"},"
                                + " {\"id\": \"back\", \"from\": \"fourth\", \"to\": \"third\", \"loop\": {\"maxIterations\": 2}}",
                        ""))
                .isEqualTo("Loop 'back' would run again without 'coder', with which its nodes would run together.");
    }

    /** Why the edge from coder to writer is text. */
    private static @Nullable String autoWith(String nodes, String edges, String onEdge) {
        String document = Documents.coderWriter(LINK, "{\"mode\": \"AUTO\"}")
                .replace("{\"id\": \"coder_writer\", ", "{\"id\": \"coder_writer\", " + onEdge)
                .replace(OUTPUT, nodes.isEmpty() ? OUTPUT : OUTPUT + ", " + nodes)
                .replace(LAST, edges.isEmpty() ? LAST : LAST + ", " + edges);
        LinkPlan link = validate(document).acceptedPlan().link(new EdgeId("coder_writer"));
        assertThat(link.effective()).isEqualTo(Mode.TEXT);
        return link.reasonText();
    }

    @Test
    void aLoopAroundAWholeIslandIsAccepted() {
        String loop = Documents.coderWriter(
                LAST,
                LAST
                        + ", {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"when\": \"loop.iteration < 2\", \"loop\": {\"maxIterations\": 3}}");
        Graph graph = validate(loop).acceptedGraph();

        assertThat(graph.loops().all()).singleElement().satisfies(found -> {
            assertThat(found.head()).hasToString("coder");
            assertThat(found.tail()).hasToString("writer");
            assertThat(found.limit()).isEqualTo(3);
            assertThat(found.body()).extracting(NodeId::value).containsExactlyInAnyOrder("coder", "writer");
        });
        assertThat(graph.inOrder())
                .extracting(node -> node.id().value())
                .containsExactly("input", "coder", "writer", "output");
    }

    @Test
    void overridesOfOtherKindsAndOfLoopsAreHeldAgainstTheirFields() {
        String document = Documents.coderWriter(
                        LAST,
                        LAST
                                + ", {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"loop\": {\"maxIterations\": 3}}, {\"id\": \"x\", \"from\": \"writer\", \"to\": \"ann\"},"
                                + " {\"id\": \"y\", \"from\": \"ann\", \"to\": \"output\", \"fromPort\": \"approve\", \"when\": \"true\"}")
                .replace(OUTPUT, OUTPUT + ", {\"id\": \"ann\", \"kind\": \"human\", \"prompt\": \"x\"}");
        JsonNode cache = StrictJson.read("{\"mode\": \"C2C\"}", 100);
        Overrides overrides = new Overrides(
                Map.of("back", cache, "y", cache),
                Map.of("ann", StrictJson.read("{\"timeoutMs\": 5, \"generation\": {}, \"prompt\": \"y\"}", 100)));

        assertThat(new GraphValidator(Registered.pocket())
                        .validate(GraphDocument.parse(document), overrides)
                        .errors())
                .extracting(problem -> problem.rule() + " " + problem.pointer() + " " + problem.detail())
                .contains(
                        "G16 /nodeOverrides/ann/prompt Field 'prompt' of node 'ann' cannot be overridden. A run may override generation, fusion, timeoutMs and retry.",
                        "G16 /nodeOverrides/ann/generation Field 'generation' is unknown for a human node.",
                        "G11 /edgeOverrides/back/mode Loop edge 'back' is C2C. A loop edge carries text.",
                        "G23 /edgeOverrides/y/mode Edge 'y' is C2C, but 'ann' is a human. Only agents share and receive caches.",
                        "G51 /edgeOverrides/y/mode Edge 'y' is C2C, and whether it is taken shows when its sender has ended. Both run together by then: let text cross it, or ask the condition before 'ann'.");
    }

    @Test
    void speedTakesTheQuickerOfTheModesThatAreKnownWellEnough() {
        Map<Mode, List<Duration>> logged = new HashMap<>();
        logged.put(Mode.TEXT, times(30, 10, 20, 50, 40));
        logged.put(Mode.C2C, times(35, 25, 45, 25));
        assertThat(auto("SPEED", logged).effective()).isEqualTo(Mode.C2C);
        assertThat(auto("SPEED", logged).reasonText()).contains("C2C 4, TEXT 5; two modes need 5 each");

        logged.put(Mode.C2C, times(35, 25, 45, 25, 55, 36));
        assertThat(auto("SPEED", logged).effective()).isEqualTo(Mode.TEXT);
        assertThat(auto("SPEED", logged).reason()).isEqualTo(Reason.AUTO_FASTER);
        assertThat(auto("SPEED", logged).reasonText())
                .isEqualTo(
                        "From pocket-sharer to pocket-receiver, TEXT took 30 ms (median of 5 runs) against C2C took 35 ms (median of 6 runs), so SPEED takes TEXT.");
        assertThat(auto("QUALITY", logged).effective()).isEqualTo(Mode.C2C);
        assertThat(auto("QUALITY", logged).reasonText()).endsWith("Runs carry no scores yet, so the rule decides.");
    }

    @Test
    void besideACachePrefixAutoIsText() {
        String document = Documents.coderWriter(
                        LINK + "}",
                        "{\"mode\": \"CACHE_PREFIX\"}}, {\"id\": \"x\", \"from\": \"input\", \"to\": \"third\"},"
                                + " {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\", \"link\": {\"mode\": \"AUTO\"}},"
                                + " {\"id\": \"z\", \"from\": \"third\", \"to\": \"coder\", \"link\": {\"mode\": \"AUTO\"}}")
                .replace(
                        OUTPUT,
                        OUTPUT
                                + ", {\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-receiver\", \"prompt\": {\"user\": \"x\"}}")
                .replace("pocket-sharer", "pocket-receiver");
        Plan plan = validate(document).acceptedPlan();

        assertThat(plan.link(new EdgeId("y")).effective()).isEqualTo(Mode.TEXT);
        assertThat(plan.link(new EdgeId("y")).reasonText())
                .isEqualTo("Edge 'coder_writer' is CACHE_PREFIX, beside which no other cache enters node 'writer'.");
        assertThat(plan.link(new EdgeId("z")).effective()).isEqualTo(Mode.TEXT);
    }

    private static List<Duration> times(long... millis) {
        return Arrays.stream(millis).mapToObj(Duration::ofMillis).toList();
    }

    private static LinkPlan auto(String prefer, Map<Mode, List<Duration>> logged) {
        String document = Documents.coderWriter(LINK, "{\"mode\": \"AUTO\", \"prefer\": \"" + prefer + "\"}");
        return new GraphValidator(Registered.pocket())
                .validate(
                        GraphDocument.parse(document),
                        Overrides.NONE,
                        new Surroundings((from, to, profile) -> logged, OpaqueEdges.ALLOWED, KnownGraphs.NONE))
                .acceptedPlan()
                .link(new EdgeId("coder_writer"));
    }

    @Test
    void autoContinuesTheCacheOfTheSameModel() {
        String same = Documents.coderWriter(LINK, "{\"mode\": \"AUTO\"}").replace("pocket-receiver", "pocket-sharer");
        LinkPlan link = validate(same).acceptedPlan().link(new EdgeId("coder_writer"));

        assertThat(link.effective()).isEqualTo(Mode.HANDOVER);
        assertThat(link.reason()).isEqualTo(Reason.AUTO_SAME_MODEL);
    }

    @ParameterizedTest
    @CsvSource({"HANDOVER, FAST, EXACT", "AUTO, EXACT, FAST", "HANDOVER, FAST, FAST", "TEXT, FAST, EXACT"})
    void anEdgeWhoseCacheCrossesBetweenProfilesSaysSo(Mode mode, Profile coder, Profile writer) {
        String document = Documents.coderWriter(LINK, "{\"mode\": \"" + mode + "\"}")
                .replace("pocket-receiver", "pocket-sharer")
                .replaceFirst("\"temperature\": 0", "\"temperature\": 0, \"profile\": \"%s\"".formatted(coder.json()))
                .replaceFirst(
                        "\"temperature\": 0}", "\"temperature\": 0, \"profile\": \"%s\"}".formatted(writer.json()));

        String told = validate(document)
                .acceptedPlan()
                .link(new EdgeId("coder_writer"))
                .reasonText();

        if (mode == Mode.TEXT || coder == writer) {
            assertThat(told).isNull();
        } else {
            assertThat(told)
                    .endsWith("The cache is filled under profile %s and used under %s."
                            .formatted(coder.json(), writer.json()));
        }
    }

    @Test
    void aFusedCacheOfAnotherProfileSaysSoToo() {
        String document =
                Documents.CODER_WRITER.replaceFirst("\"temperature\": 0", "\"temperature\": 0, \"profile\": \"fast\"");

        LinkPlan link = validate(document).acceptedPlan().link(new EdgeId("coder_writer"));

        assertThat(link.effective()).isEqualTo(Mode.C2C);
        assertThat(link.reason()).isEqualTo(Reason.AS_REQUESTED);
        assertThat(link.reasonText()).isEqualTo("The cache is filled under profile fast and used under exact.");
    }

    @Test
    void anOverrideIsHeldAgainstTheSameRules() {
        var text = StrictJson.read("{\"mode\": \"TEXT\"}", 100);
        var hot = StrictJson.read("{\"generation\": {\"temperature\": 3}}", 100);
        GraphDocument document = GraphDocument.parse(Documents.CODER_WRITER);

        Validation validation = new GraphValidator(Registered.pocket())
                .validate(document, new Overrides(Map.of("coder_writer", text), Map.of()));
        LinkPlan link = validation.acceptedPlan().link(new EdgeId("coder_writer"));
        assertThat(link.requested()).isEqualTo(Mode.C2C);
        assertThat(link.override()).isEqualTo(Mode.TEXT);
        assertThat(link.effective()).isEqualTo(Mode.TEXT);

        Validation refused = new GraphValidator(Registered.pocket())
                .validate(document, new Overrides(Map.of("nothing", text), Map.of("writer", hot)));
        assertThat(refused.errors())
                .extracting(problem -> problem.pointer() + " " + problem.detail())
                .containsExactly(
                        "/edgeOverrides/nothing The run overrides edge 'nothing', which does not exist.",
                        "/nodeOverrides/writer/generation/temperature temperature of 'writer' must be between 0 and 2, not 3.");
    }

    @Test
    void anIslandTakesInWhatLiesOnATextWayBackToIt() {
        String detour = Documents.coderWriter(
                        LAST,
                        LAST
                                + ", {\"id\": \"a\", \"from\": \"coder\", \"to\": \"between\"}, {\"id\": \"b\", \"from\": \"between\", \"to\": \"writer\"}")
                .replace(
                        OUTPUT,
                        OUTPUT
                                + ", {\"id\": \"between\", \"kind\": \"agent\", \"model\": \"echo\", \"prompt\": {\"user\": \"x\"}}");

        assertThat(validate(detour).acceptedPlan().islands())
                .extracting(island -> island.nodes().stream().map(NodeId::value).collect(Collectors.joining(" ")))
                .containsExactly("input", "coder between writer", "output");
    }

    private static Arguments broken(Rule rule, String what, String instead, String sentence) {
        return Arguments.of(rule, Documents.coderWriter(what, instead), sentence);
    }

    private static Arguments broken(Rule rule, String what, String instead, String sentence, String node) {
        String document = Documents.coderWriter(what, instead).replace(OUTPUT, OUTPUT + ", " + node);
        return Arguments.of(rule, document, sentence);
    }

    private static Validation validate(String document) {
        Registered registry = Registered.pocket()
                .withFuser("back", "pocket-receiver", "pocket-sharer")
                .with(new Fuser(
                        "wide",
                        "f2",
                        new End("pocket-sharer", "", new Registry.CacheShape("qwen3", 28, 8, 128)),
                        new End("pocket-receiver", "", Registered.RECEIVER)));
        return new GraphValidator(registry).validate(GraphDocument.parse(document));
    }
}
