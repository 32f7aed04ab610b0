package dev.kvasir.agent;

import dev.kvasir.model.ChatInput;
import dev.kvasir.tool.ToolSpecification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** How a local model is told of tools and of their results: as its chat template has it, if that knows tools. */
enum ToolDialect {

    /** The template tells the tools and takes results as turns of a tool. */
    TEMPLATE,
    /** The template knows no tools: messages tell them, and results come as the user's turn. */
    MESSAGES;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static ToolDialect of(String template) {
        return template.contains("tools") ? TEMPLATE : MESSAGES;
    }

    /** A conversation for the chat template, up to where the model's turn begins. */
    ChatInput input(List<Message> messages, List<ToolSpecification> tools) {
        List<Message> told = this == TEMPLATE ? messages : told(messages, tools);
        List<Map<String, @Nullable Object>> turns = new ArrayList<>();
        told.forEach(message -> turns.add(turn(message)));
        ChatInput input = ChatInput.prompt(turns);
        boolean areWritten = this == TEMPLATE && !tools.isEmpty();
        return areWritten
                ? input.withTools(tools.stream().map(ToolDialect::written).toList())
                : input;
    }

    private static Map<String, @Nullable Object> turn(Message message) {
        Map<String, @Nullable Object> turn =
                ChatInput.message(message.role().name().toLowerCase(Locale.ROOT), message.content());
        if (message.answered() != null) {
            turn.put("name", message.answered().name());
        }
        return turn;
    }

    private static Map<String, Object> written(ToolSpecification tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.put("parameters", JSON.convertValue(tool.parameters(), new TypeReference<Map<String, Object>>() {}));
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("type", "function");
        written.put("function", function);
        return written;
    }

    /** The first message tells the tools; what several tools returned is one turn of the user. */
    private static List<Message> told(List<Message> messages, List<ToolSpecification> tools) {
        List<Message> told = new ArrayList<>();
        for (Message message : messages) {
            boolean isResult = message.role() == Message.Role.TOOL;
            String content =
                    isResult ? "<tool_response>\n" + message.content() + "\n</tool_response>" : message.content();
            if (told.isEmpty() && !tools.isEmpty()) {
                told.add(new Message(message.role(), content + "\n\n" + instructions(tools)));
            } else if (isResult && told.getLast().role() == Message.Role.USER) {
                told.set(told.size() - 1, Message.user(told.getLast().content() + "\n" + content));
            } else {
                told.add(isResult ? Message.user(content) : message);
            }
        }
        return told;
    }

    private static String instructions(List<ToolSpecification> tools) {
        String list = tools.stream()
                .map(tool -> JSON.writeValueAsString(written(tool).get("function")))
                .collect(Collectors.joining("\n"));
        return """
                You may call these tools:
                <tools>
                %s
                </tools>
                To call one, write nothing but
                <tool_call>
                {"name": "its name", "arguments": {"each": "argument"}}
                </tool_call>
                Its result comes in the next message. Answer without a call once you know enough.""".formatted(list);
    }
}
