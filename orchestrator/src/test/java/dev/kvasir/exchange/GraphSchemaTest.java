package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Fallback;
import dev.kvasir.graph.Generation;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeOptions;
import dev.kvasir.graph.Overrides;
import dev.kvasir.graph.Problem;
import dev.kvasir.graph.Published;
import dev.kvasir.graph.Registered;
import dev.kvasir.graph.Settings;
import dev.kvasir.graph.StrictJson;
import dev.kvasir.graph.Validation;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class GraphSchemaTest {

    private static final String GRAPH = """
            {"kind": "kvasir/graph", "schemaVersion": 1.0, "name": "g",
             "nodes": [
              {"id": "input", "kind": "input", "schema": {"type": "object"}},
              {"id": "coder", "kind": "agent", "model": "pocket-sharer", "prompt": {"user": "x"}, "generation": {"maxTokens": 64.0}, "retry": {}},
              {"id": "writer", "kind": "agent", "model": "pocket-receiver", "prompt": {"user": "x"}, "fusion": {}},
              {"id": "output", "kind": "output", "outputs": {"answer": "{{ writer.text }}"}}],
             "edges": [
              {"id": "a", "from": "input", "to": "coder"},
              {"id": "b", "from": "coder", "to": "writer", "link": {"mode": "C2C", "wire": {}, "fallback": {}}},
              {"id": "c", "from": "writer", "to": "output", "link": {"mode": "TEXT"}}],
             "settings": {}}""";
    private static final String FLOW = """
            {"kind": "kvasir/graph", "schemaVersion": 1, "name": "flow",
             "nodes": [
              {"id": "input", "kind": "input"},
              {"id": "splitter", "kind": "agent", "model": "echo", "prompt": {"user": "x"}, "onError": "PORT"},
              {"id": "choice", "kind": "router", "cases": [{"name": "yes", "when": "splitter.text == 'x'"}], "otherwise": "no"},
              {"id": "pages", "kind": "map", "over": "splitter.json.parts", "graph": "part@1"},
              {"id": "inner", "kind": "subgraph", "graph": "part@1", "inputs": {"question": "x"}},
              {"id": "person", "kind": "human", "prompt": "Well?", "form": {"type": "object"}},
              {"id": "all", "kind": "join", "wait": {"first": 1.0}},
              {"id": "count", "kind": "vote", "method": "WEIGHTED", "weights": {"pages": 2}},
              {"id": "output", "kind": "output", "outputs": {"answer": "{{ all.text }}"}}],
             "edges": [
              {"id": "a", "from": "input", "to": "splitter", "when": "run.seed > 0"},
              {"id": "b", "from": "splitter", "to": "choice"},
              {"id": "c", "from": "splitter", "to": "output", "fromPort": "fail"},
              {"id": "d", "from": "choice", "to": "pages", "fromPort": "yes"},
              {"id": "e", "from": "choice", "to": "inner", "fromPort": "no"},
              {"id": "f", "from": "pages", "to": "all"},
              {"id": "g", "from": "inner", "to": "all"},
              {"id": "h", "from": "all", "to": "person"},
              {"id": "i", "from": "person", "to": "output", "fromPort": "approve"},
              {"id": "j", "from": "person", "to": "choice", "fromPort": "reject", "loop": {"maxIterations": 2.0}},
              {"id": "k", "from": "pages", "to": "count"},
              {"id": "l", "from": "count", "to": "output"}]}""";
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode TEXT = StrictJson.read(GraphSchema.text(), GraphDocument.MAX_BYTES);
    private static final Schema SCHEMA = SCHEMAS.getSchema(TEXT);

    /** Components of our records that documents write in another way, or that are told by the kind of the object itself. */
    private static final Map<String, String> WRITTEN = Map.of(
            "timeout",
            "timeoutMs",
            "backoff",
            "backoffMs",
            "takeover",
            "fusion",
            "site",
            "pool",
            "options",
            "id",
            "pick",
            "mode",
            "first",
            "wait");

    @Test
    void theSchemaIsASchema() {
        Schema meta =
                SCHEMAS.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()));

        assertThat(meta.validate(TEXT)).isEmpty();
        assertThat(SCHEMA.validate(GraphDocument.parse(GRAPH).root())).isEmpty();
        assertThat(SCHEMA.validate(GraphDocument.parse(FLOW).root())).isEmpty();
        assertThat(validate(GraphDocument.parse(GRAPH)).problems()).isEmpty();
        assertThat(validate(GraphDocument.parse(FLOW)).problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/kind | \"kvasir/grape\"",
                "/kind |",
                "/schemaVersion | 2",
                "/schemaVersion |",
                "/name | \"A b\"",
                "/name |",
                "/name | null",
                "/more | 1",
                "/nodes |",
                "/nodes | {}",
                "/nodes | []",
                "/edges |",
                "/edges | []",
                "/settings | null",
                "/settings/profile | \"quick\"",
                "/settings/timeoutMs | 0",
                "/settings/maxSteps | 1.5",
                "/settings/exposeAsTool | \"yes\"",
                "/nodes/0 | 7",
                "/nodes/0/id | \"1\"",
                "/nodes/0/kind | \"tool\"",
                "/nodes/0/onError | \"PORT\"",
                "/nodes/0/kind |",
                "/nodes/0/kind | \"output\"",
                "/nodes/3/kind | \"input\"",
                "/nodes/0/schema | {}",
                "/nodes/0/schema | {\"type\": \"string\"}",
                "/nodes/0/schema/required | 7",
                "/nodes/0/model | \"m\"",
                "/nodes/0/schema/$schema | \"http://json-schema.org/draft-07/schema#\"",
                "/nodes/0/title | 7",
                "/nodes/0/note | null",
                "/nodes/1/modle | \"m\"",
                "/nodes/1/tools | \"builtin:calculator\"",
                "/nodes/1/tools | [7]",
                "/nodes/1/maxToolRounds | 0",
                "/nodes/1/maxToolRounds | 51",
                "/nodes/1/kind | \"tool\"",
                "/nodes/1/model |",
                "/nodes/1/model | \"\"",
                "/nodes/1/model | \" \\u2003\"",
                "/nodes/1/id | \"if\"",
                "/nodes/1/prompt |",
                "/nodes/1/prompt/user |",
                "/nodes/1/prompt/user | \"\"",
                "/nodes/1/prompt/system | 1",
                "/nodes/1/prompt/assistant | \"\"",
                "/nodes/1/timeoutMs | 604800001",
                "/nodes/1/onError | \"IGNORE\"",
                "/nodes/1/retry/maxAttempts | 11",
                "/nodes/1/retry/backoffMs | -1",
                "/nodes/1/retry/factor | 0.5",
                "/nodes/1/retry/x | 1",
                "/nodes/1/generation/maxTokens | 8193",
                "/nodes/1/generation/maxTokens | \"64\"",
                "/nodes/1/generation/temperature | 2.1",
                "/nodes/1/generation/topP | 0",
                "/nodes/1/generation/topK | -1",
                "/nodes/1/generation/minP | 1",
                "/nodes/1/generation/repetitionPenalty | 0",
                "/nodes/1/generation/stop | [1]",
                "/nodes/1/generation/stop | \"x\"",
                "/nodes/1/generation/seed | -1",
                "/nodes/1/generation/seed | 9007199254740992",
                "/nodes/1/generation/responseFormat | \"XML\"",
                "/nodes/1/generation/logprobs | 1",
                "/nodes/1/generation/profile | \"EXACT\"",
                "/nodes/1/generation/thinking | 1",
                "/nodes/1/pool | \"A\"",
                "/nodes/1/local | {\"A\": \"a.txt\"}",
                "/nodes/1/local | {\"a\": \"../a.txt\"}",
                "/nodes/1/memory | \"CONVERSATION\"",
                "/nodes/1/history | \"x\"",
                "/nodes/2/fusion/sharers | \"BOTH\"",
                "/nodes/2/fusion/sections | 1",
                "/nodes/2/fusion/x | 1",
                "/nodes/3/outputs |",
                "/nodes/3/outputs | {}",
                "/nodes/3/outputs | []",
                "/nodes/3/outputs/answer | 1",
                "/nodes/3/schema | {}",
                "/nodes/3/prompt | {\"user\": \"x\"}",
                "/edges/0 | []",
                "/edges/0/id |",
                "/edges/0/id | \"A\"",
                "/edges/0/from |",
                "/edges/0/to | 1",
                "/edges/0/fromPort | \"A b\"",
                "/edges/0/when | true",
                "/edges/0/loop | 2",
                "/edges/1/when | \"true\"",
                "/edges/1/loop | {\"maxIterations\": 2}",
                "/edges/0/link | {}",
                "/edges/0/link | null",
                "/edges/1/link/mode | \"c2c\"",
                "/edges/1/link/template | \"x\"",
                "/edges/1/link/maxTokens | 5",
                "/edges/1/link/fuser | \"\"",
                "/edges/1/link/layers | [1, 1]",
                "/edges/1/link/layers | [1000]",
                "/edges/1/link/layers | \"some\"",
                "/edges/1/link/share | 1.5",
                "/edges/1/link/order | \"MIDDLE\"",
                "/edges/1/link/gate | true",
                "/edges/1/link/weightScale | 11",
                "/edges/1/link/rank | 1001",
                "/edges/1/link/layerShare | 1.5",
                "/edges/1/link/prefer | \"SPEED\"",
                "/edges/1/link/wire/codec | \"INT2\"",
                "/edges/1/link/wire/noise | -1",
                "/edges/1/link/wire/layers | [-1]",
                "/edges/1/link/wire/inversionRisk | 1",
                "/edges/1/link/wire/x | 1",
                "/edges/1/link/fallback/on | [\"NO_FUSER\", \"NO_FUSER\"]",
                "/edges/1/link/fallback/on | [\"OTHER\"]",
                "/edges/1/link/fallback/to | \"C2C\"",
                "/edges/1/link/fallback/x | 1",
                "/edges/2/link/template | 1",
                "/edges/2/link/wire | {}",
                "/edges/1/link | {\"mode\": \"HANDOVER\", \"fuser\": \"pocket\"}",
                "/edges/1/link | {\"mode\": \"CACHE_PREFIX\", \"layers\": \"all\"}",
                "/edges/1/link | {\"mode\": \"CACHE_PREFIX\", \"layers\": [1], \"layerShare\": 0.5}",
                "/edges/1/link | {\"mode\": \"CACHE_PREFIX\", \"layerShare\": 0}",
                "/edges/1/link | {\"mode\": \"AUTO\", \"prefer\": \"BOTH\"}",
                "/edges/1/link | {\"mode\": \"AUTO\", \"fallback\": {}}"
            })
    void whatTheSchemaRefusesTheValidatorRefusesAtAPlaceThatIsThere(String pointer, String value) {
        bothRefuse(GRAPH, pointer, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/nodes/2/cases |",
                "/nodes/2/cases | []",
                "/nodes/2/cases | {}",
                "/nodes/2/cases | [7]",
                "/nodes/2/cases/0/name |",
                "/nodes/2/cases/0/name | \"A b\"",
                "/nodes/2/cases/0/when |",
                "/nodes/2/cases/0/when | \" \"",
                "/nodes/2/cases/0/when | true",
                "/nodes/2/cases/0/then | \"x\"",
                "/nodes/2/otherwise |",
                "/nodes/2/otherwise | \"A b\"",
                "/nodes/2/otherwise | {}",
                "/nodes/2/mode | \"ANY\"",
                "/nodes/2/onError | \"PORT\"",
                "/nodes/2/model | \"echo\"",
                "/nodes/3/over |",
                "/nodes/3/over | \"splitter\"",
                "/nodes/3/over | \"{{ splitter.json }}\"",
                "/nodes/3/over | \"run.seed\"",
                "/nodes/3/as | \"A\"",
                "/nodes/3/graph |",
                "/nodes/3/graph | \"part\"",
                "/nodes/3/graph | \"part@0\"",
                "/nodes/3/graph | \"part@latest\"",
                "/nodes/3/maxParallel | 0",
                "/nodes/3/maxParallel | 101",
                "/nodes/3/onItemError | \"RETRY\"",
                "/nodes/4/graph | \"Part@1\"",
                "/nodes/4/inputs | []",
                "/nodes/4/inputs/question | 7",
                "/nodes/4/outputs | {}",
                "/nodes/4/id | \"return\"",
                "/nodes/5/prompt |",
                "/nodes/5/prompt | \"\"",
                "/nodes/5/prompt | {\"user\": \"x\"}",
                "/nodes/5/form | {}",
                "/nodes/5/form | {\"type\": \"string\"}",
                "/nodes/5/form/required | 7",
                "/nodes/5/assignees | [7]",
                "/nodes/5/assignees | \"ann\"",
                "/nodes/5/timeoutMs | 0",
                "/nodes/5/onError | \"PORT\"",
                "/nodes/6/wait | \"SOME\"",
                "/nodes/6/wait | 2",
                "/nodes/6/wait | null",
                "/nodes/6/wait | {}",
                "/nodes/6/wait/first | 0",
                "/nodes/6/wait/first | 501",
                "/nodes/6/wait/last | 1",
                "/nodes/6/merge | \"TEXT\"",
                "/nodes/7/extract | \"\"",
                "/nodes/7/extract | 7",
                "/nodes/7/method | \"MAJORITY\"",
                "/nodes/7/method |",
                "/nodes/7/method | \"ALL\"",
                "/nodes/7/weights | []",
                "/nodes/7/weights/pages | -1",
                "/nodes/7/weights/pages | 11",
                "/nodes/7/weights/pages | \"2\"",
                "/nodes/7/tie | \"LAST\"",
                "/edges/0/when | \"\"",
                "/edges/0/when | null",
                "/edges/3/fromPort | \"Yes\"",
                "/edges/3/fromPort | null",
                "/edges/9/loop | {}",
                "/edges/9/loop | null",
                "/edges/9/loop/maxIterations | 0",
                "/edges/9/loop/maxIterations | 101",
                "/edges/9/loop/maxIterations | 1.5",
                "/edges/9/loop/maxIterations | \"2\"",
                "/edges/9/loop/maxIterations | 1e30",
                "/edges/9/loop/times | 2",
                "/edges/9/link | {\"mode\": \"AUTO\"}"
            })
    void whatSteersARunIsRefusedByBothToo(String pointer, String value) {
        bothRefuse(FLOW, pointer, value);
    }

    @Test
    void aConditionOrAPatternThatIsTooLongIsRefusedByBoth() {
        bothRefuse(FLOW, "/edges/0/when", "\"true" + " ".repeat(2000) + "\"");
        bothRefuse(FLOW, "/nodes/7/extract", "\"" + "x".repeat(1025) + "\"");
        bothRefuse(FLOW, "/nodes/5/assignees", "[" + "\"a\",".repeat(50) + "\"a\"]");
        bothRefuse(
                FLOW,
                "/nodes/2/cases",
                IntStream.range(0, 51)
                        .mapToObj("{\"name\":\"c%d\",\"when\":\"true\"}"::formatted)
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static void bothRefuse(String graph, String pointer, @Nullable String value) {
        JsonNode root = GraphDocument.parse(graph).root().deepCopy();
        set(root, pointer, value);
        GraphDocument changed = GraphDocument.parse(root.toString());

        assertThat(SCHEMA.validate(changed.root()))
                .as("the schema on %s", changed.text())
                .isNotEmpty();
        List<Problem> errors = validate(changed).errors();
        assertThat(errors).as("the validator on %s", changed.text()).isNotEmpty();
        assertThat(errors).allSatisfy(problem -> {
            String parent =
                    problem.pointer().substring(0, Math.max(0, problem.pointer().lastIndexOf('/')));
            assertThat(changed.root().at(problem.pointer()).isMissingNode()
                            && changed.root().at(parent).isMissingNode())
                    .as("%s", problem)
                    .isFalse();
        });
    }

    @Test
    void aFaultOfTheSchemaHasThePlaceOfTheValidators() {
        JsonNode root = GraphDocument.parse(GRAPH).root().deepCopy();
        set(root, "/nodes/1/generation/temperature", "3");

        assertThat(SCHEMA.validate(root))
                .extracting(Error::getInstanceLocation)
                .extracting(Object::toString)
                .contains("/nodes/1/generation/temperature");
    }

    static List<Arguments> records() {
        return List.of(
                Arguments.of(Settings.class, "/$defs/settings"),
                Arguments.of(NodeOptions.class, "/$defs/node"),
                Arguments.of(NodeOptions.Retry.class, "/$defs/retry"),
                Arguments.of(Node.Input.class, "/$defs/inputNode"),
                Arguments.of(Node.Agent.class, "/$defs/agentNode"),
                Arguments.of(Node.Tool.class, "/$defs/toolNode"),
                Arguments.of(Node.Site.class, "/$defs/agentNode"),
                Arguments.of(Node.Takeover.class, "/$defs/agentNode/properties/fusion"),
                Arguments.of(Node.Prompt.class, "/$defs/agentNode/properties/prompt"),
                Arguments.of(Node.Router.class, "/$defs/routerNode"),
                Arguments.of(Node.Case.class, "/$defs/routerNode/properties/cases/items"),
                Arguments.of(Node.Join.class, "/$defs/joinNode"),
                Arguments.of(Node.Vote.class, "/$defs/voteNode"),
                Arguments.of(Node.Mapping.class, "/$defs/mapNode"),
                Arguments.of(Node.Human.class, "/$defs/humanNode"),
                Arguments.of(Node.Subgraph.class, "/$defs/subgraphNode"),
                Arguments.of(Node.Output.class, "/$defs/outputNode"),
                Arguments.of(Generation.class, "/$defs/generation"),
                Arguments.of(Edge.class, "/$defs/edge"),
                Arguments.of(Link.Text.class, "/$defs/textLink"),
                Arguments.of(Link.Fusion.class, "/$defs/fusedLink"),
                Arguments.of(Link.CachePrefix.class, "/$defs/prefixLink"),
                Arguments.of(Link.Handover.class, "/$defs/handoverLink"),
                Arguments.of(Link.Auto.class, "/$defs/autoLink"),
                Arguments.of(Link.Wire.class, "/$defs/wire"),
                Arguments.of(Fallback.class, "/$defs/fallback"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyFieldThatTheReaderKeepsIsInTheSchema(Class<?> type, String place) {
        List<String> fields = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> WRITTEN.getOrDefault(name, name))
                .filter(name -> !name.equals("id") || type == Edge.class)
                .filter(name -> !name.equals("history")) // documents write it beside the prompt
                .toList();

        assertThat(TEXT.at(place + "/properties").propertyNames())
                .as("properties of %s in graph.schema.json", place)
                .containsAll(fields);
    }

    @Test
    void aHistoryMayStandForAPrompt() {
        JsonNode root = GraphDocument.parse(GRAPH).root().deepCopy();
        set(root, "/nodes/1/history", "\"{{ input.messages }}\"");
        set(root, "/nodes/1/prompt", null);

        assertThat(SCHEMA.validate(root)).isEmpty();
        assertThat(validate(GraphDocument.parse(root.toString())).isAccepted()).isTrue();
    }

    @Test
    void everyKindOfNodeAndModeOfLinkIsInTheSchema() {
        assertThat(TEXT.at("/$defs/node/properties/kind/enum").valueStream().map(JsonNode::stringValue))
                .containsExactlyElementsOf(
                        Arrays.stream(Node.Kind.values()).map(Node.Kind::json).toList());
        assertThat(TEXT.at("/$defs/link/properties/mode/enum").valueStream().map(JsonNode::stringValue))
                .containsExactlyElementsOf(
                        Arrays.stream(Link.Mode.values()).map(Enum::name).toList());
        assertThat(TEXT.at("/$defs/fallback/properties/on/items/enum")
                        .valueStream()
                        .map(JsonNode::stringValue))
                .containsExactlyElementsOf(
                        Arrays.stream(Fallback.Cause.values()).map(Enum::name).toList());
    }

    private static Validation validate(GraphDocument document) {
        return new GraphValidator(Registered.pocket())
                .validate(document, Overrides.NONE, Published.parts().around());
    }

    private static void set(JsonNode root, String pointer, @Nullable String value) {
        int last = pointer.lastIndexOf('/');
        String name = pointer.substring(last + 1);
        JsonNode parent = root.at(pointer.substring(0, last));
        JsonNode set = value == null ? null : StrictJson.read(value, GraphDocument.MAX_BYTES);
        if (parent instanceof ArrayNode array && set != null) {
            array.set(Integer.parseInt(name), set);
        } else if (parent instanceof ObjectNode object) {
            object.remove(name);
            if (set != null) {
                object.set(name, set);
            }
        } else {
            throw new IllegalArgumentException("Nothing at " + pointer);
        }
    }
}
