package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.Problem.Rule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Documents as large as they may be are judged in seconds of one processor, whatever is in them. */
class LargeGraphsTest {

    private static final int AGENTS = 497;
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void aGraphOfAsMuchAsThereMayBeIsAccepted() {
        List<String> edges = forward("TEXT");
        for (int i = 0; i < 49; i++) {
            edges.add(edge("l" + i, "a" + (10 * i + 5), "a" + (10 * i), ",\"loop\":{\"maxIterations\":2}"));
        }
        edges.add(edge("around", "a495", "a0", ",\"when\":\"loop.iteration < 2\",\"loop\":{\"maxIterations\":3}"));
        for (int i = 2; i < 501; i++) {
            edges.set(i, when(edges.get(i), "run.seed != " + i + " && has(a0.text)"));
        }

        Validation validation = soon(document(agent("{{ a0.text | default:\\\"-\\\" }}"), edges));

        assertThat(validation.problems()).isEmpty();
        assertThat(validation.acceptedGraph().loops().all()).hasSize(50);
    }

    @Test
    void autoEdgesAmongLoopsAreAccepted() {
        List<String> edges = forward("AUTO");
        for (int i = 0; i < 49; i++) {
            edges.add(edge("l" + i, "a" + (10 * i + 5), "a" + (10 * i), ",\"loop\":{\"maxIterations\":2}"));
        }

        Validation validation = soon(document(agent("x"), edges)
                .replaceAll("(\"a\\d*[02468]\",\"kind\":\"agent\",\"model\":\")echo", "$1pocket-sharer")
                .replace("echo", "pocket-receiver"));

        assertThat(validation.isAccepted()).isTrue();
    }

    @Test
    void tooManyLoopsAndConditionsAreRefusedWithoutLookingAtEach() {
        List<String> edges = forward("TEXT");
        List<String> all = new ArrayList<>();
        edges.subList(0, 1000).forEach(edge -> all.add(when(edge, "has(a0.text) && has(a496.text)")));
        for (int i = 0; i < 900; i++) {
            all.add(edge("l" + i, "a" + (i % 400 + 90), "a" + (i % 400), ",\"loop\":{\"maxIterations\":2}"));
        }

        assertThat(soon(document(agent("x"), all)).errors())
                .filteredOn(problem -> problem.rule() == Rule.G15)
                .extracting(Problem::detail)
                .containsExactlyInAnyOrder(
                        "The graph has 900 loops; the limit is 50.",
                        "The graph has 1000 conditions; the limit is 500.");
    }

    @Test
    void aHundredThousandFaultsAreToldInPart() {
        String names = IntStream.range(0, 300).mapToObj(i -> "{{x" + i + "}}").collect(Collectors.joining());

        assertThat(soon(document(agent(names), forward("TEXT"))).errors())
                .hasSizeBetween(900, 1100)
                .allMatch(problem -> problem.detail().length() < 1000);
    }

    @Test
    void whatNamesAThousandTimesIsFollowedOnce() {
        String names = "{{ a0.text }}".repeat(300);

        assertThat(soon(document(agent(names), forward("TEXT"))).errors()).hasSize(1); // a0 does not know its own text
    }

    @Test
    void hundredsOfAgentsThatReadDocumentsAreHeldApart() {
        String reader = agent("{{ local.d }}{{ a0.text | default:\\\"-\\\" }}".repeat(20))
                .replace("\"kind\":", "\"local\":{\"d\":\"d.txt\"},\"kind\":");

        assertThat(soon(document(reader, forward("TEXT"))).errors())
                .extracting(Problem::rule)
                .contains(Rule.G44);
    }

    @Test
    void graphsWithinGraphsAreLookedUpOnce() {
        Published published = new Published();
        published.with(
                "g0",
                "{\"type\":\"object\"}",
                IntStream.range(1, 300)
                        .mapToObj(i -> "{\"id\":\"s%d\",\"kind\":\"subgraph\",\"graph\":\"g%d@1\"},".formatted(i, i))
                        .collect(Collectors.joining()));
        IntStream.range(1, 300).forEach(i -> published.with("g" + i, "{\"type\":\"object\"}", ""));
        String document = document("{\"id\":\"%s\",\"kind\":\"subgraph\",\"graph\":\"g0@1\"}", forward("TEXT"));

        assertThat(soon(document, published.around()).errors())
                .extracting(Problem::detail)
                .contains(
                        "The graph runs 200 versions of other graphs or more, those within them counted. Let it run fewer.");
    }

    private static Validation soon(String document) {
        return soon(document, Surroundings.NONE);
    }

    private static Validation soon(String document, Surroundings around) {
        GraphDocument parsed = GraphDocument.parse(document);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        Validation validation = new GraphValidator(Registered.pocket()).validate(parsed, Overrides.NONE, around);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(SOON);
        return validation;
    }

    private static String agent(String prompt) {
        return "{\"id\":\"%s\",\"kind\":\"agent\",\"model\":\"echo\",\"prompt\":{\"user\":\"" + prompt + "\"}}";
    }

    /** A chain, and from each node to those two, three and four places on: 1 950 edges. */
    private static List<String> forward(String mode) {
        List<String> edges = new ArrayList<>();
        edges.add(edge("first", "input", "a0", ""));
        edges.add(edge("last", "a" + (AGENTS - 1), "output", ""));
        for (int step = 1; step <= 4; step++) {
            for (int i = 0; i + step < AGENTS && edges.size() < 1950; i++) {
                String id = "e" + step + "_" + i;
                edges.add(edge(id, "a" + i, "a" + (i + step), ",\"link\":{\"mode\":\"" + mode + "\"}"));
            }
        }
        return edges;
    }

    private static String edge(String id, String from, String to, String more) {
        return "{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"%s}".formatted(id, from, to, more);
    }

    private static String when(String edge, String condition) {
        return edge.substring(0, edge.length() - 1) + ",\"when\":\"" + condition + "\"}";
    }

    private static String document(String node, List<String> edges) {
        String nodes = IntStream.range(0, AGENTS)
                .mapToObj(i -> node.formatted("a" + i))
                .collect(Collectors.joining(","));
        return "{\"kind\":\"kvasir/graph\",\"schemaVersion\":1,\"name\":\"large\",\"nodes\":[{\"id\":\"input\",\"kind\":\"input\"},"
                + nodes + ",{\"id\":\"output\",\"kind\":\"output\",\"outputs\":{\"answer\":\"x\"}}],\"edges\":["
                + String.join(",", edges) + "]}";
    }
}
