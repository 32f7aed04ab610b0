package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent's reply may be held to (G45, G46), and what may be quoted of it (G18). */
class FormatRulesTest {

    private static final String TAGGED = """
            {"type": "object", "properties": {"tag": {"enum": ["bug", "idea"]}, "more": {"type": "string"}}, "required": ["tag"]}""";

    @Test
    void textJsonAndASchemaAreFormats() {
        assertThat(problems("\"TEXT\"", "writer.text")).isEmpty();
        assertThat(problems("\"JSON\"", "writer.json.any.thing")).isEmpty();
        assertThat(problems(TAGGED, "writer.json.tag")).isEmpty();
        assertThat(problems("\"XML\"", "writer.text"))
                .containsExactly(
                        "G22 error /nodes/2/generation/responseFormat: responseFormat of 'writer' must be TEXT, JSON or a"
                                + " JSON Schema, not \"XML\".");
    }

    @Test
    void aSchemaThatCannotBeForcedIsRefusedWithThePlaceOfEachFault() {
        assertThat(problems(
                        "{\"properties\": {\"a/b\": {\"type\": \"array\", \"uniqueItems\": true}, \"c\": {\"minLength\": -1}}}",
                        "writer.text"))
                .containsExactly(
                        "G45 error /nodes/2/generation/responseFormat/properties/a~1b/uniqueItems: Response format of"
                                + " 'writer': Keyword 'uniqueItems' cannot be forced on a reply. Check it in a later node.",
                        "G45 error /nodes/2/generation/responseFormat/properties/c/minLength: Response format of 'writer':"
                                + " 'minLength' is a whole number, 0 or more.");
    }

    @Test
    void whatTheSchemaDoesNotHaveIsNoValue() {
        assertThat(problems(TAGGED, "writer.json.tags"))
                .containsExactly(
                        "G18 error /nodes/3/outputs/answer: Output 'answer' of 'output': 'writer.json.tags' is not a value."
                                + " Nodes before 'output' offer: writer.json.tag, writer.json.more.");
        assertThat(problems(TAGGED, "writer.json.more.length"))
                .containsExactly(
                        "G18 error /nodes/3/outputs/answer: Output 'answer' of 'output': 'writer.json.more.length' is not a"
                                + " value. Nodes before 'output' offer: writer.json.more.");
    }

    @Test
    void whatIsNotAsItLooksIsShown() {
        assertThat(problems(
                        "{\"properties\": {\"at\": {\"type\": \"string\", \"format\": \"date\"}}}, \"stop\": [\"}\"],"
                                + " \"thinking\": true",
                        "writer.json.at"))
                .containsExactly(
                        "G46 warning /nodes/2/generation/responseFormat/properties/at/format: Response format of 'writer': A"
                                + " format is only a note and not forced. Say it as a pattern.",
                        "G46 warning /nodes/2/generation/stop: stop of 'writer' may cut its JSON short, and that fails. Leave"
                                + " it out: the reply ends with its value.",
                        "G46 warning /nodes/2/generation/thinking: thinking of 'writer' has no effect on a local model, whose"
                                + " reply begins with its JSON.");
    }

    @Test
    void manyLargePatternsAreRefusedSoon() {
        StringBuilder properties = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            properties
                    .append(i == 0 ? "" : ",")
                    .append("\"p")
                    .append(i)
                    .append("\": {\"pattern\": \"(a|b)*a(a|b){9}\", \"type\": \"string\"}");
        }
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(problems("{\"properties\": {" + properties + "}}", "writer.text"))
                .hasSizeGreaterThan(1)
                .last()
                .asString()
                .endsWith("cannot be forced: it is too large, or the patterns together are; repeat less.");
        assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start)
                .isLessThan(2_000_000_000L);
    }

    private static List<String> problems(String format, String quoted) {
        String document = Documents.coderWriter(
                        "\"prompt\": {\"user\": \"{{ input.question }}\"},\n   \"generation\": {\"maxTokens\": 64",
                        "\"prompt\": {\"user\": \"{{ input.question }}\"},\n   \"generation\": {\"responseFormat\": "
                                + format)
                .replace(", \"temperature\": 0}},\n  {\"id\": \"output\"", "}},\n  {\"id\": \"output\"")
                .replace("{{ writer.text }}", "{{ " + quoted + " }}");
        return new GraphValidator(Registered.pocket())
                .validate(GraphDocument.parse(document)).problems().stream()
                        .map(Problem::toString)
                        .toList();
    }
}
