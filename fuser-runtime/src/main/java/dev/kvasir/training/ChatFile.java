package dev.kvasir.training;

import dev.kvasir.model.ChatInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Chats as JSON Lines: {@code {"messages": [{"role": …, "content": …}, …]}}, the last by the assistant; thinking is off. */
final class ChatFile {

    private ChatFile() {}

    /**
     * Reads all chats.
     *
     * @throws TrainingDataInvalidException naming the first line that is no chat
     * @throws TrainingFileMissingException if there is no such file
     */
    static List<ChatInput> read(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw TrainingFileMissingException.chats(file);
        }
        List<ChatInput> chats = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    chats.add(chat(file, number, line));
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read the training chats " + file, fault);
        }
        return chats;
    }

    private static ChatInput chat(Path file, int number, String line) {
        JsonNode messages = parse(file, number, line).path("messages");
        List<Map<String, @Nullable Object>> read = new ArrayList<>();
        for (JsonNode message : messages) {
            if (!message.path("role").isString() || !message.path("content").isString()) {
                throw new TrainingDataInvalidException(file, number, "each message has a 'role' and a 'content'");
            }
            read.add(ChatInput.message(
                    message.path("role").asString(), message.path("content").asString()));
        }
        if (read.size() < 2 || !"assistant".equals(read.getLast().get("role"))) {
            throw new TrainingDataInvalidException(
                    file, number, "'messages' holds at least two, the last with the role 'assistant'");
        }
        return finished(read);
    }

    /** A chat that has its reply, without thinking. */
    static ChatInput finished(List<Map<String, @Nullable Object>> messages) {
        return new ChatInput(messages, null, false, Map.of("enable_thinking", false));
    }

    private static JsonNode parse(Path file, int number, String line) {
        try {
            return JsonMapper.shared().readTree(line);
        } catch (JacksonException fault) {
            throw new TrainingDataInvalidException(file, number, "it is not JSON: " + fault.getOriginalMessage());
        }
    }
}
