package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.GraphDocument;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class MermaidTest {

    private static final String LABEL = "\"(?:[\\p{L}\\p{N} _,.…-]|#\\d+;|<br>)*\"";
    private static final String NODE =
            "  n[a-z0-9_]+(?:\\(\\[%s\\]\\)|\\[\\[%s\\]\\]|\\[%s\\]|\\[/%s/\\])".replace("%s", LABEL);
    private static final String EDGE = "  n[a-z0-9_]+ (?:-->|==>|-\\.->)\\|" + LABEL + "\\| n[a-z0-9_]+";

    @Test
    void kindsAreShapesAndCacheEdgesAreThick() {
        String document = """
                {"nodes": [{"id": "input", "kind": "input"}, {"id": "end", "kind": "agent", "model": "m:1", "title": "Coder"},
                           {"id": "w", "kind": "agent", "model": "n"}, {"id": "output", "kind": "output"}],
                 "edges": [{"id": "a", "from": "input", "to": "end"}, {"id": "b", "from": "end", "to": "w", "link": {"mode": "C2C"}},
                           {"id": "c", "from": "input", "to": "w", "link": {"mode": "AUTO"}},
                           {"id": "d", "from": "w", "to": "output", "link": {"mode": "TEXT"}}]}""";

        assertThat(Mermaid.draw(GraphDocument.parse(document))).isEqualTo("""
                flowchart LR
                  n_input(["input"])
                  n_end["Coder<br>m#58;1"]
                  n_w["w<br>n"]
                  n_output[["output"]]
                  n_input -->|"TEXT"| n_end
                  n_end ==>|"C2C"| n_w
                  n_input -.->|"AUTO"| n_w
                  n_w -->|"TEXT"| n_output
                """);
    }

    @Test
    void portsConditionsAndLoopsStandOnTheEdges() {
        String document = """
                {"nodes": [{"id": "judge", "kind": "agent", "model": "m"}, {"id": "r", "kind": "router"}, {"id": "all", "kind": "join"},
                           {"id": "count", "kind": "vote"}, {"id": "each", "kind": "map", "graph": "part@1"}, {"id": "ann", "kind": "human"},
                           {"id": "inner", "kind": "subgraph", "graph": "part@2"}, {"id": "sum", "kind": "tool", "tool": "builtin:calculator"}],
                 "edges": [{"id": "a", "from": "judge", "to": "r", "when": "judge.text != 'x'"}, {"id": "b", "from": "r", "to": "all", "fromPort": "yes"},
                           {"id": "c", "from": "r", "to": "judge", "fromPort": "no", "when": "true", "loop": {"maxIterations": 3}},
                           {"id": "d", "from": "all", "to": "inner", "loop": 7, "fromPort": "out"}]}""";

        assertThat(Mermaid.draw(GraphDocument.parse(document))).isEqualTo("""
                flowchart LR
                  n_judge["judge<br>m"]
                  n_r{"r"}
                  n_all(("all"))
                  n_count{{"count"}}
                  n_each[/"each<br>part#64;1"/]
                  n_ann>"ann"]
                  n_inner[/"inner<br>part#64;2"\\]
                  n_sum[\\"sum<br>builtin#58;calculator"\\]
                  n_judge -->|"TEXT<br>if judge.text #33;#61; #39;x#39;"| n_r
                  n_r -->|"TEXT<br>by yes"| n_all
                  n_r -.->|"TEXT<br>by no<br>if true<br>back, up to 3 times"| n_judge
                  n_all -.->|"TEXT<br>back, up to   times"| n_inner
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\"]\nclick n_a href \"javascript:alert(1)\"",
                "%%{init: {'securityLevel': 'loose'}}%%",
                "<img src=x onerror=alert(1)>",
                "`**bold**`",
                "a\"; classDef default fill:red",
                "end",
                "",
                "#quot;]",
                "&lt;script&gt;",
                "---\nconfig: {}\n---",
                "\u202eltr\u0001"
            })
    void noNameBreaksOutOfItsLabel(String hostile) {
        var json = JsonNodeFactory.instance;
        var root = json.objectNode();
        root.putArray("nodes")
                .add(json.objectNode().put("id", hostile).put("kind", hostile).put("model", hostile))
                .add(json.objectNode().put("id", "a").put("kind", "agent").put("title", hostile))
                .add(json.objectNode().put("id", "b").put("kind", "map").put("graph", hostile));
        var edge = root.putArray("edges")
                .addObject()
                .put("id", hostile)
                .put("from", hostile)
                .put("to", "a")
                .put("fromPort", hostile)
                .put("when", hostile);
        edge.putObject("loop").put("maxIterations", hostile);
        edge.putObject("link").put("mode", hostile);

        String drawn = Mermaid.draw(GraphDocument.parse(root.toString()));

        List<String> lines = drawn.lines().toList();
        assertThat(lines).hasSize(5).startsWith("flowchart LR");
        assertThat(lines.subList(1, 4)).allMatch(line -> line.matches(NODE));
        assertThat(lines.getLast()).matches(EDGE);
    }

    @Test
    void whatCannotBeReadIsNotDrawn() {
        String draft =
                "{\"nodes\": [7, {\"id\": \"a\"}, {\"id\": \"a\"}], \"edges\": [{\"from\": \"a\", \"to\": \"b\"}, {}]}";

        assertThat(Mermaid.draw(GraphDocument.parse(draft)))
                .isEqualTo("flowchart LR\n  n0[\" \"]\n  n_a[\"a\"]\n  n0 -->|\"TEXT\"| n0\n");
    }

    @Test
    void aLongTitleIsCut() {
        String draft = "{\"nodes\": [{\"id\": \"a\", \"title\": \"" + "😀".repeat(70) + "\"}]}";

        assertThat(Mermaid.draw(GraphDocument.parse(draft)))
                .contains("#128512;".repeat(60) + "…\"")
                .doesNotContain("#128512;".repeat(61));
    }
}
