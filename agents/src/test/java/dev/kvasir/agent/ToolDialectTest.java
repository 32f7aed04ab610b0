package dev.kvasir.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.model.ChatTemplate;
import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolSpecification;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ToolDialectTest {

    private static final String KNOWING =
            "{% if tools %}[{% for t in tools %}{{ t.function.name }}:{{ t.function.parameters.type }}"
                    + "{% endfor %}]{% endif %}{% for m in messages %}{{ m.role }}{% if m.name %}={{ m.name }}{% endif %}:"
                    + "{{ m.content }}|{% endfor %}";
    private static final String NOT_KNOWING = "{% for m in messages %}{{ m.role }}:{{ m.content }}|{% endfor %}";
    private static final ToolSpecification ADD = new ToolSpecification(
            "add", "Adds.", JsonMapper.builder().build().createObjectNode().put("type", "object"));
    private static final ToolCall CALL = new ToolCall("call_1", "add", "{}");
    private static final List<Message> TALK = List.of(
            Message.user("1+1?"),
            Message.assistant("<tool_call>"),
            Message.tool(CALL, "2"),
            Message.tool(CALL, "{{ x }}"));

    @Test
    void aTemplateThatKnowsToolsIsGivenThem() {
        assertThat(rendered(KNOWING, TALK))
                .isEqualTo("[add:object]user:1+1?|assistant:<tool_call>|tool=add:2|tool=add:{{ x }}|");
    }

    @Test
    void anyOtherModelIsToldInTheFirstMessageAndReadsResultsAsOneTurnOfTheUser() {
        assertThat(rendered(NOT_KNOWING, TALK))
                .startsWith(
                        "user:1+1?\n\nYou may call these tools:\n<tools>\n{\"name\":\"add\",\"description\":\"Adds.\","
                                + "\"parameters\":{\"type\":\"object\"}}\n</tools>\n")
                .endsWith(
                        "know enough.|assistant:<tool_call>|user:<tool_response>\n2\n</tool_response>\n<tool_response>\n"
                                + "{{ x }}\n</tool_response>|");
    }

    private static String rendered(String template, List<Message> messages) {
        return ChatTemplate.compile(template, Map.of(), Clock.systemUTC())
                .render(ToolDialect.of(template).input(messages, List.of(ADD)));
    }
}
