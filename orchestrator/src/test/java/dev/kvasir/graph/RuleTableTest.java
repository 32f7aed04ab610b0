package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Problem.Severity;
import dev.kvasir.graph.Registry.End;
import dev.kvasir.graph.Registry.Fuser;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Each rule with its sentence, its place in the document, and what it takes for meant. */
class RuleTableTest {

    /** Rules that have tests of their own: {@link HopRulesTest} and {@link ToolRulesTest}. */
    private static final Set<Rule> ELSEWHERE = EnumSet.of(Rule.G36, Rule.G43, Rule.G44, Rule.G47, Rule.G48);

    private static final String THIRD =
            "{\"id\": \"third\", \"kind\": \"agent\", \"model\": \"pocket-receiver\", \"prompt\": {\"user\": \"x\"}}";
    private static final String ROUTER =
            "{\"id\": \"choice\", \"kind\": \"router\", \"cases\": [{\"name\": \"yes\", \"when\": \"true\"}], \"otherwise\": \"no\"}";
    private static final String OPEN = "{\"type\": \"object\"}";
    private static final String INTO = "{\"id\": \"x\", \"from\": \"input\", \"to\": \"third\"}";

    /**
     * A document that breaks a rule.
     *
     * @param edits what is changed in the coder and writer: a pointer and the value there, which is added where a list ends;
     *     without a value it is taken away
     */
    record Broken(
            Rule rule,
            Severity severity,
            String pointer,
            @Nullable String hint,
            String detail,
            List<String> edits) {
        @Override
        public String toString() {
            return rule + " " + pointer + " " + detail;
        }
    }

    private static Broken error(Rule rule, String pointer, @Nullable String hint, String detail, String... edits) {
        return new Broken(rule, Severity.ERROR, pointer, hint, detail, List.of(edits));
    }

    private static Broken warning(Rule rule, String pointer, String detail, String... edits) {
        return new Broken(rule, Severity.WARNING, pointer, null, detail, List.of(edits));
    }

    static List<Broken> rules() {
        return List.of(
                error(Rule.G01, "/nodes", null, "The graph has no input node. Add one.", "/nodes"),
                error(
                        Rule.G01,
                        "/nodes/4",
                        null,
                        "2 input nodes (input, more). Keep one.",
                        "/nodes/- {\"id\": \"more\", \"kind\": \"input\"}"),
                error(Rule.G02, "/nodes", null, "The graph has no output node. Add one.", "/nodes/3"),
                error(
                        Rule.G03,
                        "/nodes/4/id",
                        null,
                        "Two nodes are called 'coder'. Give each node its own id.",
                        "/nodes/- {\"id\": \"coder\", \"kind\": \"input\"}"),
                error(
                        Rule.G03,
                        "/edges/3/id",
                        null,
                        "Two edges are called 'coder_writer'. Give each edge its own id.",
                        "/edges/3/id \"coder_writer\""),
                error(
                        Rule.G04,
                        "/edges/3/to",
                        "output",
                        "Edge 'writer_output' goes to 'outptu', which does not exist.",
                        "/edges/3/to \"outptu\""),
                error(
                        Rule.G04,
                        "/edges/0/from",
                        null,
                        "Edge 'input_coder' comes from 'b', which does not exist.",
                        "/edges/0/from \"b\""),
                error(
                        Rule.G05,
                        "/edges/2/to",
                        null,
                        "Node 'coder' cannot be its own neighbour (edge 'coder_writer').",
                        "/edges/2/to \"coder\""),
                error(
                        Rule.G06,
                        "/nodes/1",
                        null,
                        "Node 'coder' cannot be reached from the input. Connect or remove it.",
                        "/edges/0/to \"output\""),
                error(
                        Rule.G07,
                        "/nodes/1",
                        null,
                        "Nothing leads from node 'coder' to an output. Connect or remove it.",
                        "/edges/2"),
                error(
                        Rule.G08,
                        "/nodes/1",
                        null,
                        "Nodes coder → writer → coder form a cycle. Mark the edge that goes back as a loop, with a limit.",
                        "/edges/- {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\"}"),
                error(
                        Rule.G09,
                        "/edges/4/loop/maxIterations",
                        null,
                        "Loop edge 'back' needs maxIterations between 1 and 100, not 101.",
                        loop("writer", "coder", 101)),
                error(
                        Rule.G10,
                        "/edges/4/to",
                        null,
                        "Loop edge 'back' goes to 'output', which does not lead back to 'coder'.",
                        loop("coder", "output", 2)),
                error(
                        Rule.G10,
                        "/edges/4/to",
                        null,
                        "Loop edge 'back' goes to 'input', which a run enters once. Let it go to a node behind it.",
                        loop("coder", "input", 2)),
                error(
                        Rule.G11,
                        "/edges/4/link/mode",
                        null,
                        "Loop edge 'back' is C2C. A loop edge carries text.",
                        loop("writer", "coder", 2),
                        "/edges/4/link {\"mode\": \"C2C\"}"),
                error(
                        Rule.G12,
                        "/edges/3/fromPort",
                        null,
                        "Edge 'writer_output' leaves by port 'maybe'; node 'writer' has the ports out, fail.",
                        "/edges/3/fromPort \"maybe\""),
                error(
                        Rule.G12,
                        "/edges/0/fromPort",
                        null,
                        "Edge 'input_coder' leaves by port 'fail'; node 'input' has the port out.",
                        "/edges/0/fromPort \"fail\""),
                error(
                        Rule.G12,
                        "/edges/4/fromPort",
                        null,
                        "Edge 'on' leaves by port 'out'; node 'output' has no ports.",
                        "/edges/- {\"id\": \"on\", \"from\": \"output\", \"to\": \"coder\"}"),
                error(
                        Rule.G12,
                        "/edges/4/fromPort",
                        null,
                        "Edge 'on' leaves by port 'fail', but a failure of 'writer' does not go there. Give 'writer' \"onError\": \"PORT\".",
                        "/edges/- {\"id\": \"on\", \"from\": \"writer\", \"to\": \"output\", \"fromPort\": \"fail\"}"),
                error(
                        Rule.G12,
                        "/nodes/1/onError",
                        null,
                        "No edge leaves 'coder' by port 'fail', where its failures go. Draw one, or use SKIP.",
                        "/nodes/1/onError \"PORT\""),
                error(
                        Rule.G12,
                        "/nodes/0/onError",
                        null,
                        "Node 'input' has no port 'fail'. Use FAIL or SKIP.",
                        "/nodes/0/onError \"PORT\""),
                error(
                        Rule.G12,
                        "/edges/4/fromPort",
                        null,
                        "Edge 'on' leaves by port 'out'; node 'choice' has the ports yes, no.",
                        "/nodes/- " + ROUTER,
                        "/edges/- {\"id\": \"on\", \"from\": \"choice\", \"to\": \"output\"}"),
                error(
                        Rule.G12,
                        "/edges/4/fromPort",
                        null,
                        "Edge 'on' leaves by port 'out'; node 'ann' has the ports approve, reject, expired.",
                        "/nodes/- {\"id\": \"ann\", \"kind\": \"human\", \"prompt\": \"x\"}",
                        "/edges/- {\"id\": \"on\", \"from\": \"ann\", \"to\": \"output\"}"),
                error(
                        Rule.G13,
                        "/edges/4",
                        null,
                        "Edges 'writer_output' and 'again' are the same: writer → output by port 'out'. Keep one.",
                        "/edges/- {\"id\": \"again\", \"from\": \"writer\", \"to\": \"output\"}"),
                error(
                        Rule.G14,
                        "/nodes/1/id",
                        null,
                        "Node id 'A b' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.",
                        "/nodes/1/id \"A b\""),
                error(
                        Rule.G14,
                        "/edges/1/id",
                        null,
                        "Edge id '1' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.",
                        "/edges/1/id \"1\""),
                error(
                        Rule.G14,
                        "/name",
                        null,
                        "Graph name 'a-b' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.",
                        "/name \"a-b\""),
                error(
                        Rule.G14,
                        "/nodes/1/id",
                        null,
                        "Node id 'if' is not allowed for an agent: templates and conditions mean something else by it. Call it otherwise.",
                        "/nodes/1/id \"if\""),
                error(
                        Rule.G14,
                        "/nodes/4/cases/0/name",
                        null,
                        "Port 'A b' of 'choice' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases/0/name \"A b\""),
                error(
                        Rule.G15,
                        "/nodes",
                        null,
                        "The graph has 504 nodes; the limit is 500.",
                        many("/nodes/- {\"id\": \"a%d\", \"kind\": \"input\"}", 500)),
                error(
                        Rule.G15,
                        "/edges",
                        null,
                        "The graph has 2004 edges; the limit is 2000.",
                        many("/edges/- {\"id\": \"a%d\", \"from\": \"input\", \"to\": \"coder\"}", 2000)),
                error(
                        Rule.G15,
                        "/edges",
                        null,
                        "The graph has 33 cache edges; the limit is 32.",
                        many(
                                "/edges/- {\"id\": \"a%d\", \"from\": \"coder\", \"to\": \"writer\", \"link\": {\"mode\": \"C2C\"}}",
                                32)),
                error(
                        Rule.G15,
                        "/nodes/2",
                        null,
                        "Agent 'writer' has 5 sharers; the limit is 4.",
                        many(
                                "/edges/- {\"id\": \"a%d\", \"from\": \"coder\", \"to\": \"writer\", \"link\": {\"mode\": \"C2C\"}}",
                                4)),
                error(
                        Rule.G15,
                        "/edges",
                        null,
                        "The graph has 51 loops; the limit is 50.",
                        many(loop("writer", "coder", 2).replace("back", "a%d"), 51)),
                error(
                        Rule.G15,
                        "",
                        null,
                        "The graph has 501 conditions; the limit is 500.",
                        many(
                                "/edges/- {\"id\": \"a%d\", \"from\": \"input\", \"to\": \"coder\", \"when\": \"true\"}",
                                501)),
                error(
                        Rule.G16,
                        "/nodes/1/modle",
                        "model",
                        "Field 'modle' is unknown for an agent node. Did you mean 'model'?",
                        "/nodes/1/modle \"m\""),
                error(
                        Rule.G16,
                        "/nodes/1/model",
                        null,
                        "Field 'model' is missing for an agent node.",
                        "/nodes/1/model"),
                error(
                        Rule.G16,
                        "/nodes/1/kind",
                        "agent",
                        "Kind 'agnet' of node 'coder' is unknown. Use input, agent, router, join, vote, map, human, subgraph, output.",
                        "/nodes/1/kind \"agnet\""),
                error(
                        Rule.G16,
                        "/nodes/1/kind",
                        null,
                        "Node 'coder' is of kind 'tool', which is not available yet in this version.",
                        "/nodes/1/kind \"tool\""),
                error(
                        Rule.G16,
                        "/edges/4/loop/maxIterations",
                        null,
                        "Field 'maxIterations' is missing for a loop.",
                        "/edges/- {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"loop\": {}}"),
                error(
                        Rule.G16,
                        "/nodes/4/cases",
                        null,
                        "Field 'cases' is missing for a router node.",
                        "/nodes/- {\"id\": \"choice\", \"kind\": \"router\", \"otherwise\": \"no\"}"),
                error(
                        Rule.G16,
                        "/nodes/4/cases/0/whn",
                        "when",
                        "Field 'whn' is unknown for a case. Did you mean 'when'?",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases/0/whn \"true\""),
                error(
                        Rule.G16,
                        "/nodes/4/mods",
                        "mode",
                        "Field 'mods' is unknown for a router node. Did you mean 'mode'?",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/mods \"ALL\""),
                error(
                        Rule.G17,
                        "/nodes/1/model",
                        "pocket-sharer",
                        "Agent 'coder' names model 'pocket-sharr', which is not registered. Known: echo, gpt, pocket-receiver, pocket-sharer.",
                        "/nodes/1/model \"pocket-sharr\""),
                error(
                        Rule.G18,
                        "/nodes/2/prompt/user",
                        "coder.text",
                        "Prompt of 'writer': 'coder.txt' is not a value. Nodes before 'writer' offer: coder.text, coder.json.",
                        "/nodes/2/prompt/user \"{{ coder.txt }}\""),
                error(
                        Rule.G18,
                        "/nodes/1/prompt/system",
                        "input.question",
                        "Prompt of 'coder': 'input.qestion' is not a value. The input offers: input.question.",
                        "/nodes/1/prompt/system \"{{ input.qestion }}\""),
                error(
                        Rule.G18,
                        "/nodes/3/outputs/answer",
                        null,
                        "Output 'answer' of 'output': 'loop.iteration' is not a value. Node 'output' is in no loop.",
                        "/nodes/3/outputs/answer \"{{ loop.iteration }}\""),
                error(
                        Rule.G18,
                        "/edges/2/link/template",
                        "coder.text",
                        "Template of edge 'coder_writer': 'coder.txt' is not a value. Nodes before 'coder' offer: coder.text, coder.json.",
                        "/edges/2/link {\"mode\": \"TEXT\", \"template\": \"{{ coder.txt }}\"}"),
                error(
                        Rule.G18,
                        "/nodes/1/prompt/user",
                        "loop.iteration",
                        "Prompt of 'coder': 'loop.round' is not a value. A loop offers: loop.iteration.",
                        "/nodes/1/prompt/user \"{{ loop.round }}\"",
                        loop("writer", "coder", 2)),
                error(
                        Rule.G18,
                        "/nodes/2/prompt/user",
                        null,
                        "Prompt of 'writer': 'coder.error.code' is not a value. Nodes before 'writer' offer: coder.text, coder.json.",
                        "/nodes/2/prompt/user \"{{ coder.error.code }}\""),
                error(
                        Rule.G18,
                        "/nodes/2/prompt/user",
                        "coder.error.code",
                        "Prompt of 'writer': 'coder.error.cod' is not a value. Nodes before 'writer' offer: coder.text, coder.json, coder.error.code, coder.error.detail.",
                        "/nodes/1/onError \"SKIP\"",
                        "/nodes/2/prompt/user \"{{ coder.error.cod }}\""),
                error(
                        Rule.G18,
                        "/nodes/4/over",
                        "input.question",
                        "'over' of 'each': 'input.qestion' is not a value. The input offers: input.question.",
                        "/nodes/- {\"id\": \"each\", \"kind\": \"map\", \"over\": \"input.qestion\", \"graph\": \"part@1\"}"),
                error(
                        Rule.G18,
                        "/nodes/4/inputs/question",
                        "coder.text",
                        "Input 'question' of 'inner': 'coder.txt' is not a value. Nodes before 'inner' offer: coder.text, coder.json.",
                        "/nodes/- {\"id\": \"inner\", \"kind\": \"subgraph\", \"graph\": \"part@1\", \"inputs\": {\"question\": \"{{ coder.txt }}\"}}",
                        "/edges/- {\"id\": \"to\", \"from\": \"coder\", \"to\": \"inner\"}"),
                error(
                        Rule.G18,
                        "/nodes/4/prompt",
                        null,
                        "Prompt of 'ann': 'choice.text' is not a value. Nodes before 'ann' offer: nothing.",
                        "/nodes/- {\"id\": \"ann\", \"kind\": \"human\", \"prompt\": \"{{ choice.text }}\"}",
                        "/nodes/- " + ROUTER),
                error(
                        Rule.G19,
                        "/nodes/1/prompt/user",
                        null,
                        "Prompt of 'coder' reads 'writer', which does not run before it.",
                        "/nodes/1/prompt/user \"{{ writer.text }}\""),
                error(
                        Rule.G19,
                        "/nodes/1/prompt/user",
                        null,
                        "Prompt of 'coder' reads 'writer', which has said nothing in a loop's first round. Guard it with {{#if writer.text}}, or give it a default.",
                        "/nodes/1/prompt/user \"{{ writer.text }}\"",
                        loop("writer", "coder", 2)),
                error(
                        Rule.G20,
                        "/nodes/1/prompt/user",
                        null,
                        "Prompt of 'coder', line 2: '{{#if' is never closed.",
                        "/nodes/1/prompt/user \"a\\n{{#if input.question}} b\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': undefined field 'txt'. It must be true or false.",
                        "/edges/3/when \"coder.txt == 'x'\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': expected type 'bool' but found 'string'. It must be true or false.",
                        "/edges/3/when \"coder.text\""),
                error(
                        Rule.G21,
                        "/edges/2/when",
                        null,
                        "Condition of edge 'coder_writer': undeclared reference to 'writer' (nodes before: coder). It must be true or false.",
                        "/edges/2/when \"has(writer.text)\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': 'loop.iteration' is never there: node 'writer' is in no loop.",
                        "/edges/3/when \"loop.iteration > 1\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': 'input.qestion' is never there: the input offers question.",
                        "/edges/3/when \"input.qestion == 'x'\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': 'coder.error.code' is never there: a run ends where 'coder' fails, unless its \"onError\" is SKIP or PORT.",
                        "/edges/3/when \"has(coder.error) && coder.error.code == 'TIMEOUT'\""),
                error(
                        Rule.G21,
                        "/nodes/4/cases/0/when",
                        null,
                        "Condition of case 'yes' of 'choice': undeclared reference to 'coder' (nodes before: none). It must be true or false.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases/0/when \"coder.text == 'x'\""),
                error(
                        Rule.G21,
                        "/edges/3/when",
                        null,
                        "Condition of edge 'writer_output': undeclared reference to 'choice' (nodes before: coder, writer). It must be true or false.",
                        "/nodes/- " + ROUTER,
                        "/edges/- {\"id\": \"to\", \"from\": \"choice\", \"to\": \"writer\", \"fromPort\": \"yes\"}",
                        "/edges/3/when \"choice.json == 'yes'\""),
                error(
                        Rule.G22,
                        "/nodes/1/generation/temperature",
                        null,
                        "temperature of 'coder' must be between 0 and 2, not 3.",
                        "/nodes/1/generation/temperature 3"),
                error(
                        Rule.G22,
                        "/edges/4/loop/maxIterations",
                        null,
                        "maxIterations of edge 'back' must be a whole number, not \"2\".",
                        "/edges/- {\"id\": \"back\", \"from\": \"writer\", \"to\": \"coder\", \"loop\": {\"maxIterations\": \"2\"}}"),
                error(
                        Rule.G22,
                        "/nodes/4/wait",
                        null,
                        "wait of 'all' is for 2 branches, but 1 leads to it.",
                        "/nodes/- {\"id\": \"all\", \"kind\": \"join\", \"wait\": {\"first\": 2}}",
                        "/edges/- {\"id\": \"to\", \"from\": \"coder\", \"to\": \"all\"}"),
                error(
                        Rule.G22,
                        "/nodes/4/wait",
                        null,
                        "wait of 'all' must be \"ALL\", \"ANY\" or {\"first\": n}, not \"SOME\".",
                        "/nodes/- {\"id\": \"all\", \"kind\": \"join\", \"wait\": \"SOME\"}"),
                error(
                        Rule.G22,
                        "/nodes/4/weights/codr",
                        "coder",
                        "weights of 'count' names 'codr', from which no edge leads to it.",
                        "/nodes/- {\"id\": \"count\", \"kind\": \"vote\", \"method\": \"WEIGHTED\", \"weights\": {\"codr\": 2}}",
                        "/edges/- {\"id\": \"to\", \"from\": \"coder\", \"to\": \"count\"}"),
                error(
                        Rule.G22,
                        "/nodes/4/weights",
                        null,
                        "weights of 'count' mean something under method WEIGHTED only. Choose it, or remove them.",
                        "/nodes/- {\"id\": \"count\", \"kind\": \"vote\", \"weights\": {\"coder\": 2}}"),
                error(
                        Rule.G22,
                        "/nodes/4/extract",
                        null,
                        "extract of 'count' is no regular expression (RE2): missing closing ).",
                        "/nodes/- {\"id\": \"count\", \"kind\": \"vote\", \"extract\": \"(a\"}"),
                error(
                        Rule.G22,
                        "/nodes/4/over",
                        null,
                        "over of 'each' must be a path to a list, such as input.pages or splitter.json.parts.",
                        "/nodes/- {\"id\": \"each\", \"kind\": \"map\", \"over\": \"{{ input.question }}\", \"graph\": \"part@1\"}"),
                error(
                        Rule.G22,
                        "/nodes/4/maxParallel",
                        null,
                        "maxParallel of 'each' must be between 1 and 100, not 0.",
                        "/nodes/- {\"id\": \"each\", \"kind\": \"map\", \"over\": \"input.question\", \"graph\": \"part@1\", \"maxParallel\": 0}"),
                error(
                        Rule.G22,
                        "/nodes/4/cases/0",
                        null,
                        "A case of 'choice' must be an object, not 7.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases [7]"),
                error(
                        Rule.G22,
                        "/edges/2/link/mode",
                        "TEXT_C2C",
                        "mode of edge 'coder_writer' must be one of TEXT, C2C, TEXT_C2C, HANDOVER, CACHE_PREFIX, AUTO, not \"TEXT-C2C\".",
                        "/edges/2/link {\"mode\": \"TEXT-C2C\"}"),
                error(
                        Rule.G23,
                        "/edges/3/link/mode",
                        null,
                        "Edge 'writer_output' is HANDOVER, but 'output' is an output. Only agents share and receive caches.",
                        "/edges/3/link/mode \"HANDOVER\""),
                error(
                        Rule.G24,
                        "/edges/2/link/fuser",
                        "pocket",
                        "Edge 'coder_writer' names fuser 'pockt', which is not registered.",
                        "/edges/2/link/fuser \"pockt\""),
                error(
                        Rule.G25,
                        "/edges/2/link/fuser",
                        null,
                        "Fuser 'back' was trained for pocket-receiver → pocket-sharer; edge 'coder_writer' needs pocket-sharer → pocket-receiver.",
                        "/edges/2/link/fuser \"back\""),
                error(
                        Rule.G26,
                        "/edges/2/link/fuser",
                        null,
                        "Fuser 'wide' expects 28 layers, 8 KV heads of 128; model 'pocket-sharer' has 24, 2 of 64.",
                        "/edges/2/link/fuser \"wide\""),
                error(
                        Rule.G27,
                        "/edges/2/link/mode",
                        null,
                        "No fuser leads from pocket-sharer to pocket-sharer. Train one, use TEXT, or set a fallback.",
                        "/nodes/2/model \"pocket-sharer\"",
                        "/edges/2/link {\"mode\": \"TEXT_C2C\"}"),
                error(
                        Rule.G28,
                        "/edges/2/link/mode",
                        null,
                        "Agent 'writer' runs on the remote model 'gpt'; its cache cannot be read. Use TEXT, or set a fallback.",
                        "/nodes/2/model \"gpt\""),
                error(
                        Rule.G29,
                        "/edges/2/link/mode",
                        null,
                        "HANDOVER on edge 'coder_writer' needs the same model at both ends, not pocket-sharer and pocket-receiver.",
                        "/edges/2/link {\"mode\": \"HANDOVER\"}"),
                error(
                        Rule.G30,
                        "/edges/2/link/mode",
                        null,
                        "CACHE_PREFIX on edge 'coder_writer' needs the same architecture: qwen2, 24 layers against llama, 30.",
                        "/edges/2/link {\"mode\": \"CACHE_PREFIX\"}"),
                error(
                        Rule.G31,
                        "/nodes/2/prompt/user",
                        null,
                        "Node 'writer' quotes coder.text, but edge 'coder_writer' carries only a cache. Use TEXT_C2C, or guard it with {{#if}}.",
                        "/nodes/2/prompt/user \"{{ coder.text }}\""),
                error(
                        Rule.G32,
                        "/edges/4/link/mode",
                        null,
                        "Node 'writer' takes over two caches by HANDOVER (coder_writer, y). It can continue one.",
                        "/nodes/- " + THIRD,
                        "/edges/2/link {\"mode\": \"HANDOVER\"}",
                        "/edges/- {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\", \"link\": {\"mode\": \"HANDOVER\"}}",
                        "/edges/- " + INTO),
                error(
                        Rule.G32,
                        "/nodes/2/prompt/system",
                        null,
                        "Node 'writer' has a system prompt of its own. Under HANDOVER it continues the sender's.",
                        "/edges/2/link {\"mode\": \"HANDOVER\"}",
                        "/nodes/2/prompt/system \"s\""),
                error(
                        Rule.G33,
                        "/nodes/4/otherwise",
                        null,
                        "Router 'choice' has no 'otherwise'. Name the port that is taken when no case holds.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/otherwise"),
                error(
                        Rule.G33,
                        "/nodes/4/cases/1/name",
                        null,
                        "Two cases of 'choice' are called 'yes'. Give each its own name.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases [{\"name\": \"yes\", \"when\": \"true\"}, {\"name\": \"yes\", \"when\": \"true\"}]"),
                error(
                        Rule.G33,
                        "/nodes/4/cases/0/name",
                        null,
                        "A case of 'choice' is called 'no', like its 'otherwise'. Give each its own name.",
                        "/nodes/- " + ROUTER,
                        "/nodes/4/cases/0/name \"no\""),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' names 'part@7'; the newest version is 2.",
                        sub("part@7")),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' names 'nothing@1', but no graph of that name has been published.",
                        sub("nothing@1")),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "graph of 's' must be name@version, such as coder_writer@3, not 'part'.",
                        sub("part")),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' contains itself: coder_writer → coder_writer.",
                        sub("coder_writer@1")),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' contains itself: coder_writer → around → coder_writer.",
                        sub("around@1")),
                error(
                        Rule.G34,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' nests graphs deeper than 5: coder_writer → d1 → d2 → d3 → d4 → d5 → d6.",
                        sub("d1@1")),
                error(
                        Rule.G34,
                        "/nodes/4/inputs",
                        null,
                        "Subgraph 's' gives no 'question', which part@2 requires.",
                        sub("part@2")),
                error(
                        Rule.G34,
                        "/nodes/4/inputs/more",
                        null,
                        "Subgraph 's' gives 'more', which part@2 does not take.",
                        sub("part@2"),
                        "/nodes/4/inputs {\"question\": \"x\", \"more\": \"x\"}"),
                error(
                        Rule.G34,
                        "/nodes/4/inputs/n",
                        null,
                        "Subgraph 's' gives 'n' as text, which typed@1 takes as \"integer\".",
                        sub("typed@1"),
                        "/nodes/4/inputs {\"n\": \"1\"}"),
                error(
                        Rule.G34,
                        "/nodes/4/as",
                        null,
                        "Map 'each' gives no 'question', which part@2 requires.",
                        "/nodes/- {\"id\": \"each\", \"kind\": \"map\", \"over\": \"input.question\", \"graph\": \"part@2\"}"),
                error(
                        Rule.G34,
                        "/nodes/4/as",
                        null,
                        "Map 'each' gives 'item', which part@2 does not take.",
                        "/nodes/- {\"id\": \"each\", \"kind\": \"map\", \"over\": \"input.question\", \"graph\": \"part@2\"}"),
                error(
                        Rule.G35,
                        "/nodes/0/schema",
                        null,
                        "Schema of 'input' uses a remote $ref.",
                        "/nodes/0/schema/properties/question {\"$ref\": \"https://example.org/s\"}"),
                error(
                        Rule.G35,
                        "/nodes/0/schema",
                        null,
                        "Schema of 'input' is not a JSON Schema: its type must be \"object\".",
                        "/nodes/0/schema/type \"string\""),
                error(
                        Rule.G35,
                        "/nodes/4/form",
                        null,
                        "Form of 'ann' is not a JSON Schema: its type must be \"object\".",
                        "/nodes/- {\"id\": \"ann\", \"kind\": \"human\", \"prompt\": \"x\", \"form\": {\"type\": \"string\"}}"),
                error(
                        Rule.G41,
                        "/nodes/0/schema/properties/question/maxLength",
                        null,
                        "Number 9007199254740993 is beyond 2⁵³.",
                        "/nodes/0/schema/properties/question/maxLength 9007199254740993"),
                error(
                        Rule.G42,
                        "/edges/2/link/mode",
                        null,
                        "Edge 'coder_writer' is C2C, but opaque edges are forbidden here: only text may cross between agents. Make it TEXT, or let its fallback to TEXT cover FORBIDDEN.",
                        "/edges/2/link/rank 1"),
                error(
                        Rule.G42,
                        "/nodes/4/graph",
                        null,
                        "Subgraph 's' runs opaque@1, whose edge 'coder_writer' is C2C, but opaque edges are forbidden here: only text may cross between agents. Publish a version of 'opaque' without it, and name that.",
                        sub("opaque@1")),
                error(
                        Rule.G49,
                        "/edges/6/loop",
                        null,
                        "Loops 'back' and 'again' share nodes, and neither lies within the other. Let one contain the other, or part them.",
                        "/nodes/- " + THIRD,
                        "/edges/- {\"id\": \"x\", \"from\": \"writer\", \"to\": \"third\"}",
                        loop("writer", "coder", 2),
                        loop("third", "writer", 2).replace("back", "again")),
                error(
                        Rule.G49,
                        "/edges/5/loop",
                        null,
                        "Loops 'back' and 'again' run the same nodes again. Let one edge go back for both.",
                        loop("writer", "coder", 2),
                        loop("writer", "coder", 3).replace("back", "again")),
                error(
                        Rule.G50,
                        "/edges/2/link/mode",
                        null,
                        "Edge 'coder_writer' is C2C and leads across the border of loop 'back'. Let text cross it, or take both ends into the loop.",
                        "/nodes/- " + THIRD,
                        "/edges/- {\"id\": \"x\", \"from\": \"writer\", \"to\": \"third\"}",
                        loop("third", "writer", 2)),
                error(
                        Rule.G50,
                        "/edges/6/loop",
                        null,
                        "Loop 'back' runs 'third' again, but not 'coder', which caches join to it. Let text cross between them, or take both into the loop.",
                        "/nodes/- " + THIRD,
                        "/nodes/- " + THIRD.replace("third", "fourth"),
                        "/edges/0/to \"coder\"",
                        "/edges/- {\"id\": \"x\", \"from\": \"coder\", \"to\": \"third\"}",
                        "/edges/- {\"id\": \"y\", \"from\": \"third\", \"to\": \"fourth\"}",
                        "/edges/- {\"id\": \"back\", \"from\": \"fourth\", \"to\": \"third\", \"loop\": {\"maxIterations\": 2}}",
                        "/edges/- {\"id\": \"z\", \"from\": \"fourth\", \"to\": \"writer\"}"),
                error(
                        Rule.G51,
                        "/edges/2/link/mode",
                        null,
                        "Edge 'coder_writer' is C2C, and whether it is taken shows when its sender has ended. Both run together by then: let text cross it, or ask the condition before 'coder'.",
                        "/edges/2/when \"true\""),
                error(
                        Rule.G51,
                        "/edges/2/link/mode",
                        null,
                        "Edge 'coder_writer' is C2C, and whether it is taken shows when its sender has ended. Both run together by then: let text cross it, or ask the condition before 'coder'.",
                        "/edges/2/fromPort \"fail\""),
                error(
                        Rule.G51,
                        "/edges/4/when",
                        null,
                        "Edge 'x' is decided when 'coder' has ended, but 'coder' and 'third' run together, for caches join them. Let text cross between them, or ask the condition before 'coder'.",
                        "/nodes/- " + THIRD,
                        "/edges/- {\"id\": \"x\", \"from\": \"coder\", \"to\": \"third\", \"when\": \"true\"}",
                        "/edges/- {\"id\": \"y\", \"from\": \"third\", \"to\": \"writer\"}"),
                error(
                        Rule.G52,
                        "/nodes/4",
                        null,
                        "Node 'choice' lies between agents that share a cache and so run together, and it cannot run with them. Let text cross between them, or lead the way past 'choice'.",
                        "/nodes/- " + ROUTER,
                        "/edges/- {\"id\": \"x\", \"from\": \"coder\", \"to\": \"choice\"}",
                        "/edges/- {\"id\": \"y\", \"from\": \"choice\", \"to\": \"writer\", \"fromPort\": \"yes\"}"),
                warning(
                        Rule.G33,
                        "/nodes/4",
                        "No edge leaves router 'choice' by port 'no'. A run that takes it ends there.",
                        "/nodes/- " + ROUTER,
                        "/edges/- {\"id\": \"x\", \"from\": \"input\", \"to\": \"choice\"}",
                        "/edges/- {\"id\": \"y\", \"from\": \"choice\", \"to\": \"writer\", \"fromPort\": \"yes\"}"),
                warning(
                        Rule.G37,
                        "/edges/2/link/fuser",
                        "Fuser 'old' was trained on another revision of pocket-sharer (digest 1234abcd).",
                        "/edges/2/link/fuser \"old\""),
                warning(
                        Rule.G38,
                        "/nodes",
                        "Nodes coder, writer need 3.0 GiB together; the largest device has 2.0 GiB.",
                        "/edges/2/link/rank 1"),
                warning(
                        Rule.G39,
                        "/edges/2/link/fallback",
                        "Edge 'coder_writer' may fall back to TEXT.",
                        "/edges/2/link/fallback {\"to\": \"TEXT\"}"),
                warning(
                        Rule.G40,
                        "/nodes/1/generation",
                        "Agent 'coder' samples (temperature 0.7) without a seed; runs will differ.",
                        "/nodes/1/generation/temperature 0.7"));
    }

    private static String loop(String from, String to, int limit) {
        return "/edges/- {\"id\": \"back\", \"from\": \"%s\", \"to\": \"%s\", \"loop\": {\"maxIterations\": %d}}"
                .formatted(from, to, limit);
    }

    private static String sub(String graph) {
        return "/nodes/- {\"id\": \"s\", \"kind\": \"subgraph\", \"graph\": \"%s\"}".formatted(graph);
    }

    private static String[] many(String edit, int count) {
        return IntStream.range(0, count).mapToObj(edit::formatted).toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void aRuleSaysItsSentenceAtItsPlace(Broken broken) {
        JsonNode document = StrictJson.read(Documents.CODER_WRITER, GraphDocument.MAX_BYTES);
        broken.edits().forEach(edit -> edit(document, edit));

        Validation validation =
                validate(document, broken.rule() == Rule.G42 ? OpaqueEdges.FORBIDDEN : OpaqueEdges.ALLOWED);

        assertThat(validation.isAccepted()).isEqualTo(broken.severity() == Severity.WARNING);
        assertThat(validation.problems())
                .filteredOn(problem -> problem.rule() == broken.rule())
                .extracting(problem -> problem.severity() + " " + problem.pointer() + " " + problem.detail() + " hint "
                        + problem.hint())
                .contains(
                        broken.severity() + " " + broken.pointer() + " " + broken.detail() + " hint " + broken.hint());
    }

    @Test
    void everyRuleHasItsTestHere() {
        Set<Rule> tested =
                rules().stream().map(Broken::rule).collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));

        assertThat(Arrays.stream(Rule.values()).filter(rule -> !ELSEWHERE.contains(rule)))
                .containsExactlyElementsOf(tested);
    }

    private static void edit(JsonNode root, String edit) {
        String[] parts = edit.split(" ", 2);
        int last = parts[0].lastIndexOf('/');
        String name = parts[0].substring(last + 1);
        JsonNode value = parts.length == 1 ? null : StrictJson.read(parts[1], GraphDocument.MAX_BYTES);
        switch (root.at(parts[0].substring(0, last))) {
            case ArrayNode array when value != null && name.equals("-") -> array.add(value);
            case ArrayNode array when value == null -> array.remove(Integer.parseInt(name));
            case ObjectNode object when value != null -> object.set(name, value);
            case ObjectNode object -> object.remove(name);
            default -> throw new IllegalArgumentException("Nothing to change: " + edit);
        }
    }

    private static Validation validate(JsonNode document, OpaqueEdges opaque) {
        Registered registry = Registered.pocket()
                .withFuser("back", "pocket-receiver", "pocket-sharer")
                .with(fuser("wide", "", new Registry.CacheShape("qwen3", 28, 8, 128)))
                .with(fuser("old", "1234abcd5678", Registered.SHARER))
                .withLargestDevice(2L << 30);
        return new GraphValidator(registry)
                .validate(
                        GraphDocument.parse(document.toString()),
                        Overrides.NONE,
                        new Surroundings(PairTimes.NONE, opaque, published()));
    }

    private static Published published() {
        Published published =
                Published.parts().with("around", OPEN, sub("coder_writer@1").substring(9) + ",");
        for (int depth = 1; depth <= 6; depth++) {
            published.with("d" + depth, OPEN, sub("d" + (depth + 1) + "@1").substring(9) + ",");
        }
        return published
                .with("typed", "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}}}", "")
                .with("coder_writer", OPEN, "")
                .with("opaque", GraphDocument.parse(Documents.CODER_WRITER));
    }

    private static Fuser fuser(String name, String digest, Registry.CacheShape sharer) {
        return new Fuser(
                name,
                "f1",
                new End("pocket-sharer", digest, sharer),
                new End("pocket-receiver", "", Registered.RECEIVER));
    }
}
