package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.graph.NamedTemplates.TemplateFault;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class NamedTemplatesTest {

    private static final ObjectNode VALUES = (ObjectNode) JsonMapper.shared().readTree("""
            {"body":{"title":"A gate","count":3,"tags":["a","b"],"nothing":null},"headers":{"x_kind":"push"}}""");

    @Test
    void oneValueKeepsItsTypeAndAllElseIsText() {
        Map<String, String> templates = new TreeMap<>(Map.of(
                "count", "{{ body.count }}",
                "tags", "{{ body.tags }}",
                "first", "{{ body.tags.0 }}",
                "text", "{{ headers.x_kind }}: {{ body.title }}",
                "filtered", "{{ body.count | default:\"0\" }}",
                "constant", "hello"));

        assertThat(NamedTemplates.fill(templates, VALUES)).hasToString("""
                {"constant":"hello","count":3,"filtered":"3","first":"a","tags":["a","b"],"text":"push: A gate"}""");
    }

    @Test
    void aValueIsNeverATemplate() {
        ObjectNode values =
                (ObjectNode) JsonMapper.shared().readTree("{\"body\":{\"x\":\"{{ body.y }}\",\"y\":\"secret\"}}");

        assertThat(NamedTemplates.fill(Map.of("q", "-{{ body.x }}-"), values))
                .hasToString("{\"q\":\"-{{ body.y }}-\"}");
    }

    @Test
    void aValueThatIsMissingIsNamed() {
        for (String template : List.of("{{ body.nothing }}", "it: {{ body.nothing }}")) {
            assertThatThrownBy(() -> NamedTemplates.fill(Map.of("q", template), VALUES))
                    .isInstanceOf(TemplateException.class)
                    .hasMessage(
                            "'body.nothing' has no value in this run. Guard it with {{#if body.nothing}}, or give it a default.");
        }
    }

    @Test
    void faultsAreFoundBeforeAnyValueIsKnown() {
        Map<String, String> templates =
                new TreeMap<>(Map.of("a", "{{ input.x }}", "b", "\n{{#if body.x}}", "c", "{{ body | json }}"));

        assertThat(NamedTemplates.faults(templates, List.of("body", "headers")))
                .containsExactly(
                        new TemplateFault(
                                "a", "Template of 'a': 'input.x' is not a value. Values begin with: body, headers."),
                        new TemplateFault("b", "Template of 'b', line 2: '{{#if' is never closed."));
    }
}
