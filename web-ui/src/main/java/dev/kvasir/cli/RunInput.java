package dev.kvasir.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a run is given. */
final class RunInput {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(names = "-i", paramLabel = "KEY=VALUE", description = "One field of the input; may be repeated.")
    private Map<String, String> fields = new LinkedHashMap<>();

    @Option(names = "--input", paramLabel = "FILE", description = "The input as a JSON file.")
    private @Nullable Path file;

    @Option(names = "--seed", description = "The run's seed.", defaultValue = "0")
    private long seed;

    /** A request for a run without overrides. */
    ObjectNode request(GraphArgument graph) {
        ObjectNode request = JSON.createObjectNode();
        if (graph.version() != null) {
            request.put("version", graph.version());
        }
        request.set("input", input());
        request.put("seed", seed);
        return request;
    }

    private ObjectNode input() {
        ObjectNode input = file == null ? JSON.createObjectNode() : fromFile(file);
        fields.forEach(input::put);
        return input;
    }

    private static ObjectNode fromFile(Path file) {
        try {
            JsonNode read = JSON.readTree(GraphArgument.read(file));
            if (read instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException broken) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, file + " is not JSON: " + broken.getOriginalMessage(), broken);
        }
        throw new CommandFailedException(ExitCode.REFUSED, file + " holds no JSON object.");
    }
}
