package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.kvasir.exchange.TextRefusedException.Fault;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.MalformedJsonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class GraphTextsTest {

    private static final String GRAPH = """
            kind: kvasir/graph
            schemaVersion: 1
            name: coder_writer
            nodes:
              - id: input
                kind: input
                schema:
                  type: object
                  required: [question]
                  properties:
                    question:
                      type: string
              - id: coder
                kind: agent
                title: '1.0'
                model: pocket-sharer
                prompt:
                  system: Be brief.
                  user: |-
                    Notes on:
                      {{ input.question }}

                    Say why: # and how
                generation:
                  maxTokens: 64
                  temperature: 0.0
                  stop: [END, 'no', "a\\tb"]
              - id: output
                kind: output
                outputs:
                  answer: '{{ coder.text }}'
            edges:
              - id: input_coder
                from: input
                to: coder
              - id: coder_output
                from: coder
                to: output
                link:
                  mode: TEXT
            settings: {}
            ---
            nodes:
              coder:
                x: 12.5
                y: -3
            """;

    @Test
    void aGraphInYamlReadsLikeThisAndIsWrittenLikeThisAgain() {
        GraphBundle read = GraphTexts.read(GRAPH, GraphFormat.YAML);

        assertThat(read.graph().root().at("/nodes/1/prompt/user").stringValue())
                .isEqualTo("Notes on:\n  {{ input.question }}\n\nSay why: # and how");
        assertThat(read.graph().root().at("/nodes/1/generation/stop").toString())
                .isEqualTo("[\"END\",\"no\",\"a\\tb\"]");
        assertThat(read.layout()).isEqualTo("{\"nodes\":{\"coder\":{\"x\":12.5,\"y\":-3}}}");
        assertThat(GraphTexts.write(read, GraphFormat.YAML)).isEqualTo(GRAPH);
    }

    @Test
    void theSameGraphInJsonHasTheSameVersion() {
        GraphBundle yaml = GraphTexts.read(GRAPH, GraphFormat.YAML);
        String json = GraphTexts.write(yaml, GraphFormat.JSON);
        String alone = GraphTexts.write(new GraphBundle(yaml.graph(), null), GraphFormat.JSON);

        assertThat(GraphTexts.read(json, GraphFormat.JSON).graph().versionId())
                .isEqualTo(yaml.graph().versionId());
        assertThat(GraphTexts.read(json, GraphFormat.JSON).layout()).isEqualTo(yaml.layout());
        assertThat(GraphDocument.parse(alone).versionId())
                .isEqualTo(yaml.graph().versionId());
    }

    @Test
    void aDocumentOfJsonStaysTheTextThatWasSent() {
        String sent = "{ \"name\":\"a\",\n \"n\": 1.50 }";

        assertThat(GraphTexts.read(sent, GraphFormat.JSON).graph().text()).isEqualTo(sent);
        assertThat(GraphTexts.read(sent, GraphFormat.YAML).graph().versionId())
                .isEqualTo(GraphDocument.parse(sent).versionId());
    }

    static List<String> awkward() {
        return RandomText.AWKWARD;
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void noTextIsChanged(String text) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("a", text).put(text, "b");
        root.putArray("list").add(text).add(text);
        root.putArray("deep").addArray().addObject().put(text, text);
        GraphDocument document = GraphDocument.parse(root.toString());

        String written = GraphTexts.write(new GraphBundle(document, null), GraphFormat.YAML);

        JsonNode read = GraphTexts.read(written, GraphFormat.YAML).graph().root();
        assertThat(read).as(written).isEqualTo(document.root());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "true|true", "false|false", "null|null", "~|\"~\"", "True|\"True\"", "yes|\"yes\"", "0x1f|\"0x1f\"",
                        "007|\"007\"",
                "1_000|\"1_000\"", "12:30|\"12:30\"", "1.50|1.50", "-0|0", "1e3|1E+3", "\"1\"|\"1\"", "NaN|\"NaN\"",
                        "2026-01-02|\"2026-01-02\"",
                "9007199254740993|9007199254740993", ".5|\".5\""
            })
    void aPlainWordMeansWhatJsonHasForItAndElseIsText(String yaml, String json) {
        assertThat(GraphTexts.read("a: " + yaml, GraphFormat.YAML)
                        .graph()
                        .root()
                        .get("a")
                        .toString())
                .isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1\\nb: [x, {a: 1, a: 2}] | /b/1/a | Line 2, column 15: Field 'a' is given twice. Keep one.",
                "a: .nan | /a | Line 1, column 4: '.nan' is not a number that JSON has.",
                "a:\\n - -.inf | /a/0 | Line 2, column 4: '-.inf' is not a number that JSON has.",
                "a: !!str x | /a | Line 1, column 4: A value has a tag (!). Leave it out.",
                "!t {} | '' | Line 1, column 1: A value has a tag (!). Leave it out.",
                "!!str a: x | '' | Line 1, column 1: A value has a tag (!). Leave it out.",
                "a: *b | /a | Line 1, column 4: Alias *b names nothing that is complete before it.",
                "a: &b [*b] | /a/0 | Line 1, column 8: Alias *b names nothing that is complete before it.",
                "? [a]\\n: b | '' | Line 1, column 3: A key is not a word.",
                "a: b: c | '' | Line 1, column 5: This is not YAML: mapping values are not allowed here.",
                "a: [1, 2 | '' | 'Line 1, column 9: This is not YAML: expected '','' or '']'', but got <stream end>.'",
                "'a: \"\\x' | '' | This is not YAML: an escape within double quotes is not complete.",
                "'a: \"\\xzz\"' | '' | 'Line 1, column 7: This is not YAML: expected escape sequence of 2 hexadecimal numbers, but found: zz.'",
            })
    void whatCouldBeReadInTwoWaysIsRefusedWithItsPlace(String yaml, String pointer, String sentence) {
        assertThatThrownBy(() -> GraphTexts.read(yaml.replace("\\n", "\n"), GraphFormat.YAML))
                .hasMessage(sentence)
                .asInstanceOf(type(TextRefusedException.class))
                .satisfies(refused -> assertThat(refused.pointer()).isEqualTo(pointer))
                .satisfies(refused -> assertThat(refused.fault()).isEqualTo(Fault.MALFORMED));
    }

    @Test
    void aCharacterThatYamlDoesNotAllowIsNamedWithItsPlace() {
        assertThatThrownBy(() -> GraphTexts.read("a: b\nc: 😀d\u0007", GraphFormat.YAML))
                .hasMessage(
                        "Line 2, column 7: A character is not allowed in YAML: U+0007. Write it as an escape, within double quotes.");
        assertThatThrownBy(() -> GraphTexts.read("a: \"\\0\"", GraphFormat.YAML))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessage("A string holds the character U+0000. Remove it.");
        assertThatThrownBy(() -> GraphTexts.read("a: \"\\ud800\"", GraphFormat.YAML))
                .hasMessageContaining("half of a surrogate pair");
    }

    @Test
    void anAliasIsACopy() {
        String yaml = "a: &p {user: hi}\nb: *p\nc: [*p, *p]";

        assertThat(GraphTexts.read(yaml, GraphFormat.YAML).graph().text())
                .isEqualTo(
                        "{\"a\":{\"user\":\"hi\"},\"b\":{\"user\":\"hi\"},\"c\":[{\"user\":\"hi\"},{\"user\":\"hi\"}]}");
    }

    @Test
    void aliasesOfAliasesStopAtTheLimit() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
        }

        assertThatThrownBy(() -> GraphTexts.read(laughs.toString(), GraphFormat.YAML))
                .hasMessageMatching(
                        "Line \\d, column \\d+: Aliases copy more than 2097152 characters, which is the limit\\.");
    }

    @Test
    void depthSixtyFourIsReadAndSixtyFiveIsNotWhetherWrittenOrCopied() {
        String deep = "[".repeat(64) + "]".repeat(64);
        assertThat(GraphTexts.read(deep, GraphFormat.YAML).graph().text()).isEqualTo(deep);
        assertThatThrownBy(() -> GraphTexts.read("[" + deep + "]", GraphFormat.YAML))
                .hasMessage("Line 1, column 65: The YAML is nested deeper than 64 levels.");
        assertThatThrownBy(() -> GraphTexts.read("[".repeat(500_000), GraphFormat.YAML))
                .hasMessage("Line 1, column 65: The YAML is nested deeper than 64 levels.");
        assertThat(GraphTexts.read(copied(23), GraphFormat.YAML).graph().text()).contains("[".repeat(63));
        assertThatThrownBy(() -> GraphTexts.read(copied(24), GraphFormat.YAML))
                .hasMessage("Line 2, column 28: The YAML is nested deeper than 64 levels.");
    }

    /** A value forty deep, and a copy of it within some lists within an object. */
    private static String copied(int lists) {
        return "a: &a " + "[".repeat(40) + "]".repeat(40) + "\nb: " + "[".repeat(lists) + "*a" + "]".repeat(lists);
    }

    @Test
    void moreBytesThanADocumentMayHaveAreTooLarge() {
        assertThatThrownBy(() -> GraphTexts.read("a: " + "é".repeat(GraphDocument.MAX_BYTES / 2), GraphFormat.YAML))
                .hasMessage("The text has more than 2097152 bytes, which is the limit.")
                .asInstanceOf(type(TextRefusedException.class))
                .satisfies(refused -> assertThat(refused.fault()).isEqualTo(Fault.TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1019, 1020, 1021, 1022, 1023, 1024, 1025, 2046, 2047, 2048})
    void aCharacterOfTwoUnitsIsReadWhereverItStands(int before) {
        String text = "a".repeat(before) + "😀";

        assertThat(GraphTexts.read("a: " + text, GraphFormat.YAML)
                        .graph()
                        .root()
                        .get("a")
                        .stringValue())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | JSON | The text holds 0 documents. Send a graph, and after it its layout if it has one.",
                "[{},{},{}] | JSON | The text holds 3 documents. Send a graph, and after it its layout if it has one.",
                "# nothing | YAML | The text holds 0 documents. Send a graph, and after it its layout if it has one.",
                "[{},7] | JSON | 'The layout, which is the second document, is an object whose ''nodes'' tells where nodes stand.'",
                "[{},{\"nodes\":{\"a\":{\"x\":1}}}] | JSON | The layout places 'a' without the numbers x and y."
            })
    void aGraphAndItsLayoutAreAllThatATextHolds(String text, GraphFormat format, String sentence) {
        assertThatThrownBy(() -> GraphTexts.read(text, format)).hasMessage(sentence);
    }

    @Test
    void theFormatIsToldByNameAndByType() {
        assertThat(List.of("a.yaml", "A.YML", "a.json", "yaml"))
                .extracting(GraphFormat::ofFile)
                .containsExactly(GraphFormat.YAML, GraphFormat.YAML, GraphFormat.JSON, GraphFormat.JSON);
        assertThat(GraphFormat.ofMediaType("Application/YAML; charset=utf-8")).isEqualTo(GraphFormat.YAML);
        assertThat(GraphFormat.ofMediaType("application/json")).isEqualTo(GraphFormat.JSON);
    }
}
