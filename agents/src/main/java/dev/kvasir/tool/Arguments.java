package dev.kvasir.tool;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds arguments against a tool's JSON Schema (2020-12). Nothing is fetched, and no regular expression of others is run. */
final class Arguments {

    private static final int MAX_CHARACTERS = 256 * 1024;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_FAULTS = 5;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    /** @throws ArgumentsException saying all that is wrong, at most five things */
    ObjectNode check(ToolSpecification tool, String written) {
        ObjectNode arguments = read(tool, written);
        List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SafeSchema.of(tool.parameters()))
                .validate(arguments);
        if (!errors.isEmpty()) {
            String faults =
                    errors.stream().limit(MAX_FAULTS).map(Arguments::told).collect(Collectors.joining("; "));
            throw new ArgumentsException("The arguments of '%s' do not fit: %s.".formatted(tool.name(), faults));
        }
        return arguments;
    }

    /** Texts as the types that a tool's schema asks for; what cannot be read so stays a string, for the check to tell. */
    static ObjectNode typed(ToolSpecification tool, Map<String, String> texts) {
        ObjectNode arguments = JSON.createObjectNode();
        texts.forEach((name, text) -> {
            JsonNode type = tool.parameters().path("properties").path(name).path("type");
            boolean isText = type.isMissingNode() || type.toString().contains("\"string\"");
            arguments.set(name, isText ? JSON.getNodeFactory().stringNode(text) : parsed(text));
        });
        return arguments;
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException noJson) {
            return JSON.getNodeFactory().stringNode(text);
        }
    }

    private static ObjectNode read(ToolSpecification tool, String written) {
        if (written.length() > MAX_CHARACTERS) {
            throw new ArgumentsException(
                    "The arguments of '%s' are longer than %d characters.".formatted(tool.name(), MAX_CHARACTERS));
        }
        try {
            JsonNode read = JSON.readTree(written.isBlank() ? "{}" : written);
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new ArgumentsException("The arguments of '%s' must be a JSON object.".formatted(tool.name()));
        } catch (JacksonException malformed) {
            throw new ArgumentsException(
                    "The arguments of '%s' are not JSON: %s.".formatted(tool.name(), malformed.getOriginalMessage()));
        }
    }

    private static String told(Error error) {
        String place = error.getInstanceLocation().toString();
        return (place.isEmpty() ? "" : place + ": ") + error.getMessage();
    }

    /** Reads what is known to be an object. */
    static ObjectNode object(Map<String, ?> values) {
        return JSON.valueToTree(values);
    }

    static JsonMapper mapper() {
        return JSON;
    }
}
