package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Pools, caches that travel between them, and documents that stay: rules G43 and G44, and the fields they are about. */
class HopRulesTest {

    private static final String PREFIX =
            "{\"mode\":\"CACHE_PREFIX\",\"layers\":[1],\"wire\":{\"noise\":1,\"codec\":\"INT8\"}}";
    private static final String LOCAL = ",\"pool\":\"edge\",\"local\":{\"report\":\"2026/report.txt\"}";

    @Test
    void aCacheBetweenTwoPoolsMakesTwoIslands() {
        Validation validation = validate(document(",\"pool\":\"edge\"", "m1", "m2", PREFIX));

        assertThat(validation.problems()).isEmpty();
        Graph graph = validation.acceptedGraph();
        assertThat(graph.pool(new NodeId("a"))).contains("edge");
        assertThat(graph.pool(new NodeId("b"))).contains("default");
        assertThat(graph.pool(new NodeId("input"))).isEmpty();
        assertThat(graph.isHop(graph.edge(new EdgeId("a_b")).orElseThrow())).isTrue();
        assertThat(graph.isHop(graph.edge(new EdgeId("input_a")).orElseThrow())).isFalse();
        assertThat(islands(validation)).containsExactly("input", "a", "b", "output");
        assertThat(islands(validate(document("", "m1", "m2", PREFIX)))).containsExactly("input", "a b", "output");
    }

    @Test
    void layersAreNamedWhereNoWorkerHasBothModels() {
        String chosen = "{\"mode\":\"CACHE_PREFIX\"}";

        assertThat(problems(document(",\"pool\":\"edge\"", "m1", "m2", chosen)))
                .containsExactly(
                        "G43 error /edges/2/link: Edge 'a_b' leads from pool 'edge' to pool 'default', and no worker has both"
                                + " models to choose its layers by. Name them, such as \"layers\": [2, 3].");
        assertThat(problems(document(",\"pool\":\"edge\"", "m1", "m1", chosen))).isEmpty();
    }

    @Test
    void aFusedCacheDoesNotTravelAndAConversationDoes() {
        assertThat(problems(document(",\"pool\":\"edge\"", "m1", "m1", "{\"mode\":\"HANDOVER\"}")))
                .isEmpty();
        assertThat(problems(document(",\"pool\":\"edge\"", "m1", "m2", "{\"mode\":\"C2C\"}")))
                .contains(
                        "G43 error /edges/2/link/mode: Edge 'a_b' leads from pool 'edge' to pool 'default', which C2C cannot."
                                + " Use CACHE_PREFIX, HANDOVER or TEXT, or give both agents one pool.");
    }

    @Test
    void autoCrossesBetweenPoolsAsTextAndSaysWhy() {
        Validation validation = validate(document(",\"pool\":\"edge\"", "m1", "m1", "{\"mode\":\"AUTO\"}"));

        LinkPlan link = validation.acceptedPlan().link(new EdgeId("a_b"));
        assertThat(link.effective()).isEqualTo(Link.Mode.TEXT);
        assertThat(link.reasonText())
                .isEqualTo("AUTO crosses from one pool to another as text. Ask for a mode to let a cache travel.");
    }

    @Test
    void whatLiesBetweenTwoAgentsOfAnIslandIsOfTheirPool() {
        String between = document("", "m1", "m1", "{\"mode\":\"HANDOVER\"}")
                .replace(
                        "{\"id\":\"output\"",
                        agent("x", "m1", "{{ a.text }}", ",\"pool\":\"edge\"") + ",{\"id\":\"output\"")
                .replace(
                        "{\"id\":\"b_output\"",
                        "{\"id\":\"a_x\",\"from\":\"a\",\"to\":\"x\"},{\"id\":\"x_b\",\"from\":\"x\",\"to\":\"b\"},"
                                + "{\"id\":\"b_output\"");

        assertThat(problems(between))
                .containsExactly(
                        "G43 error /nodes/3/pool: Agent 'x' of pool 'edge' has to run together with 'a' of pool 'default': it"
                                + " lies between agents that a cache edge joins. Give it their pool, or make that edge TEXT.");
    }

    @Test
    void aPoolWithoutAWorkerIsToldButNotRefused() {
        Validation validation = new GraphValidator(new Twins("edge", "default"))
                .validate(parsed(document(",\"pool\":\"edg\"", "m1", "m2", PREFIX)));

        assertThat(validation.isAccepted()).isTrue();
        Problem warning = validation.problems().getFirst();
        assertThat(warning)
                .hasToString(
                        "G43 warning /nodes/1/pool: No worker of pool 'edg' is there now, so runs wait at 'a'. Start one"
                                + " with: kvasir worker --pool edg. There are: edge, default.");
        assertThat(warning.hint()).isEqualTo("edge");
    }

    @Test
    void fieldsOfASiteAreReadStrictly() {
        assertThat(problems(document(",\"pol\":\"edge\"", "m1", "m2", PREFIX)))
                .containsExactly(
                        "G16 error /nodes/1/pol: Field 'pol' is unknown for an agent node. Did you mean 'pool'?");
        assertThat(problems(document(",\"pool\":\"Edge!\"", "m1", "m2", PREFIX)))
                .containsExactly(
                        "G22 error /nodes/1/pool: pool of 'a' must be a name of a-z, 0-9, _ and -, a letter first, up to 64.");
        assertThat(problems(document(",\"local\":[]", "m1", "m2", PREFIX)))
                .containsExactly("G22 error /nodes/1/local: local of 'a' must be an object, not a list.");
    }

    @ParameterizedTest
    @CsvSource({"../secret.txt", "/etc/passwd", "a/../b.txt", ".hidden", "a//b", "a\\b", "~x", "a/.b", "a/"})
    void aDocumentLiesInTheWorkersFolder(String file) {
        String local = ",\"pool\":\"edge\",\"local\":{\"report\":\"%s\"}".formatted(file.replace("\\", "\\\\"));

        assertThat(problems(document(local, "m1", "m2", PREFIX)))
                .first()
                .asString()
                .startsWith(
                        "G22 error /nodes/1/local/report: local.report of 'a' must be a file in the worker's folder");
    }

    @Test
    void anAgentThatReadsADocumentMayHandItsUpperLayersOn() {
        String document = document(LOCAL, "m1", "m2", PREFIX).replace("\"ask\"", "\"{{ local.report }}\"");

        assertThat(validate(document).problems()).isEmpty();
        assertThat(((Node.Agent) validate(document)
                                .acceptedGraph()
                                .node(new NodeId("a"))
                                .orElseThrow())
                        .site()
                        .local())
                .containsExactly(Map.entry("report", "2026/report.txt"));
        assertThat(problems(document.replace("local.report", "local.reprot")))
                .containsExactly(
                        "G18 error /nodes/1/prompt/user: Prompt of 'a': 'local.reprot' is not a value. Its local"
                                + " documents are: local.report.");
        assertThat(problems(document.replace("\"{{ b.text }}\"", "\"{{ local.report }}\"")))
                .first()
                .asString()
                .startsWith("G18 error /nodes/3/outputs/answer");
    }

    @Test
    void whatWouldTellADocumentIsRefused() {
        String edge = "Edge 'a_b' leaves 'a', which reads local documents. ";
        assertThat(problems(document(LOCAL, "m1", "m1", "{\"mode\":\"TEXT\"}")))
                .contains(
                        "G44 error /edges/2/link/mode: " + edge + "Make it CACHE_PREFIX, not TEXT.",
                        "G44 error /nodes/1/local: Agent 'a' reads local documents and would answer, and its reply would tell"
                                + " them. Let it hand its cache on by a CACHE_PREFIX edge.");
        assertThat(problems(document(LOCAL, "m1", "m2", "{\"mode\":\"CACHE_PREFIX\",\"layers\":[1]}")))
                .containsExactly("G44 error /edges/2/link: " + edge
                        + "Give it a wire policy: \"wire\" with noise, layers or a codec.");
        assertThat(problems(document(LOCAL, "m1", "m2", PREFIX.replace("[1]", "[0,1]"))))
                .containsExactly("G44 error /edges/2/link: " + edge
                        + "Layer 0 is the text under another name: name layers without it, in the link or its wire.");
        assertThat(problems(document(
                        LOCAL, "m1", "m2", PREFIX.replace("\"wire\"", "\"fallback\":{\"to\":\"TEXT\"},\"wire\""))))
                .contains("G44 error /edges/2/link/fallback: " + edge
                        + "Its text must not cross, so remove the fallback to TEXT.");
        assertThat(problems(document(LOCAL, "m1", "m2", PREFIX)
                        .replace("{{ b.text }}", "{{ b.text }}{{#if a.text}}!{{/if}}")))
                .contains(
                        "G44 error /nodes/3/outputs/answer: Output 'answer' of 'output' quotes what 'a' writes, and that would tell the"
                                + " local documents it reads. Leave it out.");
    }

    @Test
    void noConditionAndNoOtherKindOfNodeLearnsWhatADocumentSays() {
        String document = document(LOCAL, "m1", "m2", PREFIX)
                .replace("{\"id\":\"output\"", """
                        {"id":"r","kind":"router","cases":[{"name":"yes","when":"a.text.contains('x')"}],"otherwise":"no"},
                        {"id":"j","kind":"join"},{"id":"m","kind":"map","over":"a.json.parts","graph":"g@1"},
                        {"id":"s","kind":"subgraph","graph":"g@1","inputs":{"q":"{{ a.text }}"}},
                        {"id":"h","kind":"human","prompt":"{{ a.text }}"},
                        {"id":"output\"""")
                .replace("{\"id\":\"b_output\"", """
                        {"id":"a_r","from":"a","to":"r"},{"id":"a_j","from":"a","to":"j"},
                        {"id":"b_m","from":"b","to":"m","when":"has(a.json.x) && has(b.text)"},
                        {"id":"b_output\"""");
        String told = " what 'a' writes, and that would tell the local documents it reads. Leave it out.";

        assertThat(problems(document))
                .contains(
                        "G44 error /nodes/3/cases/0/when: Condition of case 'yes' of 'r' asks" + told,
                        "G44 error /edges/5/when: Condition of edge 'b_m' asks" + told,
                        "G44 error /nodes/5/over: 'over' of 'm' quotes" + told,
                        "G44 error /nodes/6/inputs/q: Input 'q' of 's' quotes" + told,
                        "G44 error /nodes/7/prompt: Prompt of 'h' quotes" + told,
                        "G44 error /edges/3/link/mode: Edge 'a_r' leaves 'a', which reads local documents, to 'r', which takes no caches."
                                + " Let it lead to an agent by CACHE_PREFIX.",
                        "G44 error /edges/4/link/mode: Edge 'a_j' leaves 'a', which reads local documents, to 'j', which takes no caches."
                                + " Let it lead to an agent by CACHE_PREFIX.");
    }

    @Test
    void aCacheTravelsWithinALoopAndNotOutOfIt() {
        String loop =
                "{\"id\":\"back\",\"from\":\"%s\",\"to\":\"%s\",\"loop\":{\"maxIterations\":2}},{\"id\":\"b_output\"";
        String document = document(",\"pool\":\"edge\"", "m1", "m2", PREFIX);

        assertThat(problems(document.replace("{\"id\":\"b_output\"", loop.formatted("b", "a"))))
                .isEmpty();
        assertThat(problems(document.replace("\"to\":\"b\",\"link\"", "\"to\":\"c\",\"link\"")
                        .replace("{\"id\":\"output\"", agent("c", "m2", "x", "") + ",{\"id\":\"output\"")
                        .replace(
                                "{\"id\":\"b_output\"",
                                "{\"id\":\"c_b\",\"from\":\"c\",\"to\":\"b\"}," + loop.formatted("b", "c"))))
                .containsExactly(
                        "G50 error /edges/2/link/mode: Edge 'a_b' is CACHE_PREFIX and leads across the border of loop 'back'. Let text"
                                + " cross it, or take both ends into the loop.");
    }

    @Test
    void noRunMayChangeTheEdgeOfWhoReadsADocument() {
        JsonNode text = StrictJson.read("{\"mode\":\"TEXT\"}", 100);
        JsonNode wire = StrictJson.read("{\"wire\":{\"noise\":0}}", 100);

        for (JsonNode override : List.of(text, wire)) {
            Validation validation = new GraphValidator(new Twins())
                    .validate(
                            parsed(document(LOCAL, "m1", "m2", PREFIX)),
                            new Overrides(Map.of("a_b", override), Map.of()));
            assertThat(validation.errors())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "G44 error /edgeOverrides/a_b: Edge 'a_b' cannot be overridden: it leaves 'a', which reads"
                                    + " local documents. Run it as published.");
        }
    }

    private static List<String> islands(Validation validation) {
        return validation.acceptedPlan().islands().stream()
                .map(island -> String.join(
                        " ", island.nodes().stream().map(NodeId::value).toList()))
                .toList();
    }

    private static List<String> problems(String document) {
        return validate(document).problems().stream().map(Problem::toString).toList();
    }

    private static Validation validate(String document) {
        return new GraphValidator(new Twins()).validate(parsed(document));
    }

    private static GraphDocument parsed(String document) {
        return GraphDocument.parse(document);
    }

    private static String document(String site, String from, String to, String link) {
        return """
                {"kind":"kvasir/graph","schemaVersion":1,"name":"g",
                 "nodes":[{"id":"input","kind":"input"},%s,%s,
                          {"id":"output","kind":"output","outputs":{"answer":"{{ b.text }}"}}],
                 "edges":[{"id":"input_a","from":"input","to":"a"},{"id":"input_b","from":"input","to":"b"},
                          {"id":"a_b","from":"a","to":"b","link":%s},
                          {"id":"b_output","from":"b","to":"output"}]}""".formatted(agent("a", from, "ask", site), agent("b", to, "b", ""), link);
    }

    private static String agent(String id, String model, String prompt, String more) {
        return """
                {"id":"%s","kind":"agent","model":"%s","prompt":{"user":"%s"}%s}""".formatted(id, model, prompt, more);
    }

    /** Two models of one architecture, and pools with a worker. */
    private static final class Twins implements Registry {

        private final List<String> pools;

        Twins(String... pools) {
            this.pools = List.of(pools);
        }

        @Override
        public Optional<Model> model(String name) {
            return modelNames().contains(name)
                    ? Optional.of(new Model(name, name, Location.LOCAL, new CacheShape("llama", 4, 2, 8), 100, 1))
                    : Optional.empty();
        }

        @Override
        public Optional<Fuser> fuser(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> modelNames() {
            return List.of("m1", "m2");
        }

        @Override
        public List<Fuser> fusers() {
            return List.of();
        }

        @Override
        public List<String> pools() {
            return pools;
        }

        @Override
        public OptionalLong largestDeviceBytes() {
            return OptionalLong.empty();
        }
    }
}
