package dev.kvasir.agent;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import dev.kvasir.grammar.JsonGrammar;
import dev.kvasir.grammar.SchemaPattern;
import dev.kvasir.grammar.SchemaRefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Holds a reply against the format that was asked for, whoever wrote it. */
final class FormatCheck {

    /** Patterns are looked for by automata: what a model wrote must not keep a thread busy for long. */
    private static final SchemaRegistryConfig LINEAR = SchemaRegistryConfig.builder()
            .regularExpressionFactory(FormatCheck::pattern)
            .build();

    private final ReplyRequest request;
    private final @Nullable Schema schema;

    private FormatCheck(ReplyRequest request, @Nullable Schema schema) {
        this.request = request;
        this.schema = schema;
    }

    /**
     * The check of what a request asks for.
     *
     * @throws AgentException if its schema cannot be forced
     */
    static FormatCheck of(ReplyRequest request) {
        return new FormatCheck(
                request,
                switch (request.options().format()) {
                    case ReplyFormat.Text text -> null;
                    case ReplyFormat.Json json -> null;
                    case ReplyFormat.Schema(JsonNode asked) -> schema(asked);
                });
    }

    private static Schema schema(JsonNode asked) {
        try {
            JsonGrammar.of(asked);
        } catch (SchemaRefusedException refused) {
            throw new AgentException(AgentFault.OUTPUT_INVALID, String.valueOf(refused.getMessage()), refused);
        }
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(LINEAR))
                .getSchema(asked);
    }

    private static RegularExpression pattern(String text) {
        return SchemaPattern.of(text)::isIn;
    }

    /**
     * The reply, with its JSON where that was asked for.
     *
     * @throws AgentException if it is not what was asked for
     */
    AgentReply held(AgentReply reply) {
        return request.options().format() instanceof ReplyFormat.Text ? reply : reply.withJson(fitting(reply));
    }

    private JsonNode fitting(AgentReply reply) {
        if (reply.finishReason() == AgentReply.FinishReason.LENGTH) {
            throw invalid("ended after %d tokens, before its JSON was whole. Raise maxTokens, or ask for less."
                    .formatted(reply.generatedTokens()));
        }
        JsonNode value;
        try {
            value = ReplyJson.read(reply.text());
        } catch (ReplyJson.MalformedException malformed) {
            throw invalid("is not JSON: " + malformed.getMessage()
                    + " Ask for JSON in the prompt, or let a local model write it.");
        }
        if (schema == null) {
            return anObject(value);
        }
        List<Error> errors = schema.validate(value);
        if (!errors.isEmpty()) {
            Error first = errors.getFirst();
            String pointer = first.getInstanceLocation().toString();
            throw invalid("does not fit its schema" + (pointer.isEmpty() ? "" : " at " + pointer) + ": "
                    + first.getMessage() + ". Describe the format in the prompt, or let a local model write it.");
        }
        return value;
    }

    private JsonNode anObject(JsonNode value) {
        if (!value.isObject()) {
            throw invalid("is JSON, but not an object. Ask for an object in the prompt, or give a schema.");
        }
        return value;
    }

    private AgentException invalid(String sentence) {
        return new AgentException(
                AgentFault.OUTPUT_INVALID,
                "The reply of model '" + request.model() + "' to node '" + request.node() + "' " + sentence);
    }
}
