package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.Problem.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolRulesTest {

    private static final String GRAPH = """
            {"kind": "kvasir/graph", "schemaVersion": 1, "name": "g",
             "nodes": [
              {"id": "input", "kind": "input", "schema": {"type": "object"}},
              {"id": "sum", "kind": "tool", "tool": "builtin:calculator", "arguments": {"expression": "{{ input.question }}"}},
              {"id": "a", "kind": "agent", "model": "pocket-sharer", "prompt": {"user": "{{ sum.text }}"}},
              {"id": "b", "kind": "agent", "model": "pocket-receiver", "prompt": {"user": "x"}, "tools": ["builtin:calculator"], "maxToolRounds": 3},
              {"id": "output", "kind": "output", "outputs": {"answer": "{{ b.text }}"}}],
             "edges": [
              {"id": "input_sum", "from": "input", "to": "sum"},
              {"id": "sum_a", "from": "sum", "to": "a"},
              {"id": "a_b", "from": "a", "to": "b", "link": {"mode": "TEXT"}},
              {"id": "b_output", "from": "b", "to": "output"}]}""";

    @Test
    void agentsAndNodesCallWhatIsOffered() {
        Validation validation = validate(GRAPH);

        assertThat(validation.isAccepted()).as("%s", validation.problems()).isTrue();
        Graph graph = validation.acceptedGraph();
        assertThat(graph.node(new NodeId("b")).orElseThrow())
                .isInstanceOfSatisfying(
                        Node.Agent.class,
                        agent -> assertThat(agent.tools()).isEqualTo(new Node.Tools(List.of("builtin:calculator"), 3)));
        assertThat(graph.pool(new NodeId("sum"))).contains("default");
        assertThat(validation.acceptedPlan().islands()).hasSize(5);
    }

    @Test
    void aToolThatNobodyOffersIsNamedWithWhatWasProbablyMeant() {
        assertThat(problem(GRAPH.replace("[\"builtin:calculator\"]", "[\"builtin:calculater\"]")))
                .isEqualTo(Problem.error(
                                Rule.G36,
                                "/nodes/3/tools/0",
                                "Tool 'builtin:calculater' is not offered by any registered server. Offered:"
                                        + " builtin:calculator, mcp:files/read.")
                        .at(new NodeId("b"))
                        .hinting("builtin:calculator"));
        assertThat(problem(GRAPH.replace("\"tool\": \"builtin:calculator\"", "\"tool\": \"mcp:files/write\""))
                        .pointer())
                .isEqualTo("/nodes/1/tool");
    }

    @Test
    void aToolIsNamedOnce() {
        assertThat(problem(GRAPH.replace("[\"builtin:calculator\"]", "[\"mcp:files/read\", \"mcp:files/read\"]")))
                .isEqualTo(Problem.error(
                                Rule.G36, "/nodes/3/tools/1", "Tool 'mcp:files/read' of 'b' is named twice. Keep one.")
                        .at(new NodeId("b")));
    }

    @Test
    void argumentsAreHeldAgainstTheToolsSchema() {
        assertThat(problem(GRAPH.replace("{\"expression\": \"{{ input.question }}\"}", "{}")))
                .isEqualTo(Problem.error(
                                Rule.G36,
                                "/nodes/1/arguments",
                                "Tool 'sum' gives no 'expression', which builtin:calculator requires.")
                        .at(new NodeId("sum")));
        assertThat(problem(GRAPH.replace("{\"expression\"", "{\"host\": \"x\", \"expression\"")))
                .isEqualTo(Problem.error(
                                Rule.G36,
                                "/nodes/1/arguments/host",
                                "Tool 'sum' gives 'host', which builtin:calculator does not take.")
                        .at(new NodeId("sum")));
    }

    @Test
    void argumentsAreTemplatesLikePrompts() {
        Problem problem = problem(GRAPH.replace("{{ input.question }}", "{{ b.text }}"));
        assertThat(problem.rule()).isEqualTo(Rule.G19);
        assertThat(problem.detail())
                .isEqualTo("Argument 'expression' of 'sum' reads 'b', which does not run before it.");
        assertThat(problem.pointer()).isEqualTo("/nodes/1/arguments/expression");
    }

    @Test
    void anAgentThatTakesOverACacheCallsNoTools() {
        for (String mode : List.of("C2C", "TEXT_C2C", "AUTO")) {
            assertThat(problem(GRAPH.replace("\"mode\": \"TEXT\"", "\"mode\": \"" + mode + "\"")))
                    .isEqualTo(Problem.error(
                                    Rule.G47,
                                    "/edges/2/link/mode",
                                    "Agent 'b' calls tools, but edge 'a_b' is " + mode
                                            + ". An agent that takes over a cache calls no tools. Use TEXT, or let another"
                                            + " agent call them.")
                            .at(new EdgeId("a_b")));
        }
    }

    @Test
    void anAgentThatReadsLocalDocumentsCallsNoTools() {
        String reading = GRAPH.replace("\"maxToolRounds\": 3", "\"local\": {\"report\": \"report.txt\"}");
        assertThat(validate(reading).problems())
                .contains(Problem.error(
                                Rule.G47,
                                "/nodes/3/tools",
                                "Agent 'b' reads local documents and may call tools, and its calls would tell them. Remove one"
                                        + " of both.")
                        .at(new NodeId("b")));
    }

    @Test
    void anAgentThatCallsToolsMayShareItsCache() {
        String sharing = GRAPH.replace("\"tools\": [\"builtin:calculator\"], \"maxToolRounds\": 3", "\"note\": \"\"")
                .replace(
                        "\"model\": \"pocket-sharer\"",
                        "\"model\": \"pocket-sharer\", \"tools\": [\"builtin:calculator\"]")
                .replace("\"mode\": \"TEXT\"", "\"mode\": \"TEXT_C2C\"");
        Validation validation = validate(sharing);
        assertThat(validation.isAccepted()).as("%s", validation.problems()).isTrue();
    }

    @Test
    void approvalIsNotAvailableYet() {
        assertThat(problem(GRAPH.replace("\"arguments\"", "\"approval\": \"ALWAYS\", \"arguments\"")))
                .isEqualTo(Problem.error(
                                Rule.G48,
                                "/nodes/1/approval",
                                "Tool 'sum' asks for approval, which is not available yet in this version. Put a human node"
                                        + " before it.")
                        .at(new NodeId("sum")));
    }

    @Test
    void limitsAreToldWithTheirFields() {
        assertThat(problem(GRAPH.replace("\"maxToolRounds\": 3", "\"maxToolRounds\": 51"))
                        .detail())
                .isEqualTo("maxToolRounds of 'b' must be between 1 and 50, not 51.");
        assertThat(problem(GRAPH.replace("\"tool\": \"builtin:calculator\", ", ""))
                        .detail())
                .isEqualTo("Field 'tool' is missing for a tool node.");
    }

    private static Validation validate(String document) {
        return new GraphValidator(Registered.pocket()).validate(GraphDocument.parse(document));
    }

    private static Problem problem(String document) {
        return validate(document).problems().stream()
                .filter(Problem::isError)
                .findFirst()
                .orElseThrow();
    }
}
