package dev.kvasir.cli;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Shows the text that a model reads for a conversation. */
@Command(
        name = "render",
        description = "Prints a conversation as the model's chat template writes it.",
        mixinStandardHelpOptions = true)
final class ModelsRenderCommand implements Runnable {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Parameters(paramLabel = "MODEL", description = "A path, or a name in the store.")
    private String model = "";

    @Option(
            names = "--messages",
            required = true,
            paramLabel = "FILE",
            description = "JSON: a list of messages with role and content.")
    private Path messages = Path.of("");

    @Option(names = "--tools", paramLabel = "FILE", description = "JSON: a list of tools.")
    private @Nullable Path tools;

    @Option(names = "--no-generation-prompt", description = "End with the last message.")
    private boolean noGenerationPrompt;

    @Option(names = "--thinking", negatable = true, description = "Set the variable enable_thinking.")
    private @Nullable Boolean thinking;

    @Option(
            names = "--variable",
            paramLabel = "NAME=VALUE",
            description = "Set a variable of the template; repeatable.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        ModelArgument argument = ModelArgument.of(model);
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            ChatTemplate template = checkpoint
                    .chatTemplate()
                    .orElseThrow(() -> new CommandFailedException(
                            ExitCode.REFUSED, "Model %s has no chat template.".formatted(argument.name())));
            String text = template.render(input());
            if (output.isJson()) {
                output.json(Map.of("text", text));
            } else {
                output.part(text);
            }
        }
    }

    private ChatInput input() {
        Map<String, Object> given = new LinkedHashMap<>(variables);
        if (thinking != null) {
            given.put("enable_thinking", thinking);
        }
        List<Map<String, Object>> conversation = new ArrayList<>();
        for (Object message : list(messages)) {
            conversation.add(message(message));
        }
        return new ChatInput(conversation, tools == null ? null : list(tools), !noGenerationPrompt, given);
    }

    private Map<String, Object> message(Object message) {
        if (!(message instanceof Map<?, ?> entries)) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "%s must hold messages that are objects.".formatted(messages));
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        entries.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private static List<?> list(Path file) {
        try {
            return JSON.readValue(PromptSource.read(file), List.class);
        } catch (JacksonException e) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "%s must be a JSON list: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }
}
