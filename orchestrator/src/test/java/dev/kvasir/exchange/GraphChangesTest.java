package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.GraphDocument;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class GraphChangesTest {

    private static final String GRAPH = """
            {"name": "g", "nodes": [
              {"id": "input", "kind": "input", "schema": {"type": "object", "required": ["a", "b"]}},
              {"id": "coder", "kind": "agent", "model": "m", "prompt": {"user": "Notes"}, "generation": {"temperature": 0, "stop": ["x", "y"]}},
              {"id": "critic", "kind": "agent", "model": "m", "prompt": {"user": "Doubts"}},
              {"id": "writer", "kind": "agent", "model": "m", "prompt": {"user": "{{ coder.text }}"}}],
             "edges": [
              {"id": "in_coder", "from": "input", "to": "coder"},
              {"id": "coder_writer", "from": "coder", "to": "writer", "link": {"mode": "C2C", "layers": [1, 2], "fallback": {"on": ["NO_FUSER", "FORBIDDEN"]}}},
              {"id": "critic_writer", "from": "critic", "to": "writer"}]}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"temperature\": 0 | \"temperature\": 0.00",
                "[\"a\", \"b\"] | [\"b\", \"a\"]",
                "[1, 2] | [2, 1]",
                "[\"NO_FUSER\", \"FORBIDDEN\"] | [\"FORBIDDEN\", \"NO_FUSER\"]",
                "\"kind\": \"agent\", \"model\": \"m\" | \"model\": \"m\", \"kind\": \"agent\"",
            })
    void whatMeansTheSameIsNoChange(String what, String instead) {
        assertThat(changes(what, instead)).isEmpty();
        assertThat(GRAPH).contains(what);
    }

    @Test
    void aFieldIsToldWithItsNodeAndBothValues() {
        assertThat(changes("\"temperature\": 0,", "\"temperature\": 0.7, \"seed\": 1,"))
                .containsExactly(
                        "REPLACE /nodes/1/generation/temperature coder null 0 0.7",
                        "ADD /nodes/1/generation/seed coder null null 1");
        assertThat(changes("[\"x\", \"y\"]", "[\"y\", \"x\"]"))
                .containsExactly("REPLACE /nodes/1/generation/stop coder null [\"x\",\"y\"] [\"y\",\"x\"]");
        assertThat(changes("\"mode\": \"C2C\", ", ""))
                .containsExactly("REMOVE /edges/1/link/mode null coder_writer \"C2C\" null");
        assertThat(changes("\"name\": \"g\"", "\"name\": \"h\""))
                .containsExactly("REPLACE /name null null \"g\" \"h\"");
    }

    @Test
    void nodesAndEdgesAreMatchedByTheirIdsWhereverTheyStand() {
        assertThat(changes("{\"id\": \"coder\"", "{\"id\": \"fresh\", \"kind\": \"agent\"},\n  {\"id\": \"coder\""))
                .containsExactly("ADD /nodes/1 fresh null null {\"id\":\"fresh\",\"kind\":\"agent\"}");
        assertThat(changes("{\"id\": \"in_coder\", \"from\": \"input\", \"to\": \"coder\"},", ""))
                .containsExactly(
                        "REMOVE /edges/0 null in_coder {\"id\":\"in_coder\",\"from\":\"input\",\"to\":\"coder\"} null");
    }

    @Test
    void aNodeOfAnotherNameAndTheSameContentIsRenamedAndItsEdgesFollow() {
        String renamed = GRAPH.replace("\"coder\"", "\"programmer\"");

        assertThat(changes(GRAPH, renamed))
                .containsExactly("RENAME /nodes/1/id programmer null \"coder\" \"programmer\"");
        assertThat(changes(GRAPH, renamed.replace("coder.text", "programmer.text")))
                .containsExactly(
                        "RENAME /nodes/1/id programmer null \"coder\" \"programmer\"",
                        "REPLACE /nodes/3/prompt/user writer null \"{{ coder.text }}\" \"{{ programmer.text }}\"");
        assertThat(changes(GRAPH, renamed.replace("\"in_coder\"", "\"first\"")))
                .containsExactly(
                        "RENAME /nodes/1/id programmer null \"coder\" \"programmer\"",
                        "RENAME /edges/0/id null first \"in_coder\" \"first\"");
        assertThat(changes(GRAPH, renamed.replace("\"Notes\"", "\"Other\"")))
                .extracting(line -> line.split(" ", 4)[0] + " " + line.split(" ", 4)[1])
                .containsExactly("ADD /nodes/1", "REMOVE /nodes/1", "REPLACE /edges/0/to", "REPLACE /edges/1/from");
    }

    @Test
    void ofTwoThatAreEqualNoneIsGuessedToBeRenamed() {
        String twins = GRAPH.replace(
                "\"Notes\"}, \"generation\": {\"temperature\": 0, \"stop\": [\"x\", \"y\"]}", "\"Doubts\"}");

        assertThat(changes(twins, twins.replace("\"coder\"", "\"a\"").replace("\"critic\"", "\"b\"")))
                .filteredOn(line -> line.contains(" /nodes/"))
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactly("ADD", "ADD", "REMOVE", "REMOVE");
    }

    @Test
    void theOrderOfEdgesIntoOneNodeMeansSomethingAndNoOtherDoes() {
        assertThat(changes(GRAPH, withEdges(0, 2, 1)))
                .containsExactly(
                        "REORDER /edges writer null [\"coder_writer\",\"critic_writer\"] [\"critic_writer\",\"coder_writer\"]");
        assertThat(changes(GRAPH, withEdges(1, 2, 0))).isEmpty();
    }

    @Test
    void casesAreTriedInTheirOrderAndBranchesComeInTheirs() {
        String router = """
                {"nodes": [{"id": "r", "kind": "router", "cases": [{"name": "a", "when": "true"}, {"name": "b", "when": "true"}]},
                           {"id": "ann", "kind": "human", "assignees": ["x", "y"], "form": {"required": ["p", "q"]}}, {"id": "all", "kind": "join"},
                           {"id": "w", "kind": "vote", "weights": {"r": 1, "ann": 2}}],
                 "edges": [{"id": "r_all", "from": "r", "to": "all", "fromPort": "a"}, {"id": "ann_all", "from": "ann", "to": "all"}]}""";
        String cases = "[{\"name\": \"a\", \"when\": \"true\"}, {\"name\": \"b\", \"when\": \"true\"}]";
        String turned = "[{\"name\": \"b\", \"when\": \"true\"}, {\"name\": \"a\", \"when\": \"true\"}]";
        String first = "{\"id\": \"r_all\", \"from\": \"r\", \"to\": \"all\", \"fromPort\": \"a\"}";
        String second = "{\"id\": \"ann_all\", \"from\": \"ann\", \"to\": \"all\"}";

        assertThat(changes(router, router.replace(cases, turned)))
                .containsExactly(
                        "REPLACE /nodes/0/cases r null " + cases.replace(" ", "") + " " + turned.replace(" ", ""));
        assertThat(changes(router, router.replace(first + ", " + second, second + ", " + first)))
                .containsExactly("REORDER /edges all null [\"r_all\",\"ann_all\"] [\"ann_all\",\"r_all\"]");
        assertThat(changes(
                        router,
                        router.replace("[\"x\", \"y\"]", "[\"y\", \"x\"]")
                                .replace("[\"p\", \"q\"]", "[\"q\", \"p\"]")
                                .replace("\"r\": 1, \"ann\": 2", "\"ann\": 2.0, \"r\": 1")))
                .isEmpty();
        assertThat(changes(router, router.replace("\"fromPort\": \"a\"", "\"fromPort\": \"b\", \"when\": \"true\"")))
                .containsExactly(
                        "REPLACE /edges/0/fromPort null r_all \"a\" \"b\"",
                        "ADD /edges/0/when null r_all null \"true\"");
    }

    @Test
    void aDraftWithoutIdsIsComparedAsItStands() {
        assertThat(changes("{\"nodes\": [7]}", "{\"nodes\": [8], \"edges\": 1e400}"))
                .containsExactly("REPLACE /nodes null null [7] [8]", "ADD /edges null null null 1E+400");
        assertThat(changes("7", "[]")).containsExactly("REPLACE  null null 7 []");
        assertThat(changes("{\"n\": 1e400}", "{\"n\": 10e399}")).isEmpty();
    }

    @Test
    void thousandsOfNodesOfOneContentAreComparedInAMoment() {
        String many = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"id\": \"a" + i + "\"}")
                .collect(Collectors.joining(","));
        String before = "{\"nodes\": [" + many + "], \"edges\": []}";
        long start = System.nanoTime();

        assertThat(changes(before, before.replace("\"a", "\"b"))).hasSize(40_000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void everyChangeHasItsWords() {
        String after = GRAPH.replace("\"critic\"", "\"judge\"")
                .replace("\"temperature\": 0,", "\"temperature\": 0.7, \"seed\": 1,")
                .replace("\"mode\": \"C2C\", ", "")
                .replace("\"name\": \"g\"", "\"name\": \"\", \"settings\": {}")
                .replace("{\"id\": \"in_coder\", \"from\": \"input\", \"to\": \"coder\"},", "")
                .replace("{\"id\": \"writer\"", "{\"id\": \"fresh\", \"kind\": \"agent\"}, {\"id\": \"writer\"");

        assertThat(GraphChanges.between(GraphDocument.parse(GRAPH), GraphDocument.parse(after)))
                .extracting(ChangeText::of)
                .containsExactly(
                        new ChangeText("~", "name", "g", "\"\""),
                        new ChangeText("+", "settings", "", "{}"),
                        new ChangeText("~", "node coder: generation.temperature", "0", "0.7"),
                        new ChangeText("+", "node coder: generation.seed", "", "1"),
                        new ChangeText(">", "node critic is now called judge", "", ""),
                        new ChangeText("+", "node fresh (agent)", "", ""),
                        new ChangeText("-", "edge coder_writer: link.mode", "C2C", ""),
                        new ChangeText("-", "edge in_coder (input → coder, TEXT)", "", ""));
    }

    private static String withEdges(int... order) {
        ObjectNode root = (ObjectNode) GraphDocument.parse(GRAPH).root();
        List<JsonNode> edges = root.get("edges").valueStream().toList();
        ArrayNode others = root.putArray("edges");
        IntStream.of(order).forEach(place -> others.add(edges.get(place)));
        return root.toString();
    }

    private static List<String> changes(String what, String instead) {
        boolean isWhole = what.equals(GRAPH) || !GRAPH.contains(what);
        String before = isWhole ? what : GRAPH;
        String after = isWhole ? instead : GRAPH.replace(what, instead);
        return GraphChanges.between(GraphDocument.parse(before), GraphDocument.parse(after)).stream()
                .map(change -> String.join(
                        " ",
                        change.op().name(),
                        change.pointer(),
                        String.valueOf(change.node()),
                        String.valueOf(change.edge()),
                        String.valueOf(change.before()),
                        String.valueOf(change.after())))
                .toList();
    }
}
