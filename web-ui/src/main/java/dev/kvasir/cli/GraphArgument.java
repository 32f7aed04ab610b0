package dev.kvasir.cli;

import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.exchange.GraphFormat;
import dev.kvasir.exchange.GraphTexts;
import dev.kvasir.exchange.TextRefusedException;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A graph as a command names it.
 *
 * @param name the graph's name or id on the server
 * @param version a number; null for the newest
 */
record GraphArgument(String name, @Nullable Integer version) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Finds what the argument means: {@code NAME}, {@code NAME@VERSION}, or a file, which is published first. */
    static GraphArgument of(String argument, ApiClient client) {
        Path file = Path.of(argument);
        if (Files.isRegularFile(file)) {
            return publish(file, client, "");
        }
        int at = argument.indexOf('@');
        if (at < 0) {
            return new GraphArgument(argument, null);
        }
        try {
            return new GraphArgument(argument.substring(0, at), Integer.valueOf(argument.substring(at + 1)));
        } catch (NumberFormatException notANumber) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "'" + argument + "' names no version: write GRAPH@3.", notANumber);
        }
    }

    /** Publishes a graph document under the name it gives itself; an unchanged one keeps its version. */
    static GraphArgument publish(Path file, ApiClient client, String notes) {
        GraphDocument document = parse(file).graph();
        String name = nameOf(file, document);
        String graph = "/api/v1/graphs/" + ApiClient.encode(name);
        if (client.find(graph).isEmpty()) {
            client.post("/api/v1/graphs", JSON.createObjectNode().put("name", name), Map.of());
        }
        Optional<ApiClient.Answer> draft = client.find(graph + "/draft");
        Map<String, String> condition = draft.flatMap(ApiClient.Answer::tag)
                .map(tag -> Map.of("If-Match", tag))
                .orElse(Map.of("If-None-Match", "*"));
        client.put(graph + "/draft", document.text(), condition);
        JsonNode version =
                client.post(graph + "/versions", JSON.createObjectNode().put("notes", notes), Map.of());
        return new GraphArgument(name, version.path("version").asInt());
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    ExitCode.NOT_FOUND, "Cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Reads a file's documents: YAML if its name ends in {@code .yaml} or {@code .yml}, else JSON. */
    static GraphBundle parse(Path file) {
        try {
            return GraphTexts.read(read(file), GraphFormat.ofFile(file.toString()));
        } catch (TextRefusedException | MalformedJsonException refused) {
            throw new CommandFailedException(ExitCode.REFUSED, file + ": " + refused.getMessage(), refused);
        }
    }

    private static String nameOf(Path file, GraphDocument document) {
        if (document.name().isEmpty()) {
            throw new CommandFailedException(ExitCode.REFUSED, file + " is no graph document: it has no 'name'.");
        }
        return document.name();
    }
}
