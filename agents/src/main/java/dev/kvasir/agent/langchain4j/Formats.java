package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.ReplyFormat;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns what a reply must be into LangChain4j's words and back. */
final class Formats {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAME = "reply";

    private Formats() {}

    /** Null for any text, which some providers know no word for. */
    static @Nullable ResponseFormat toLangChain4j(ReplyFormat format) {
        return switch (format) {
            case ReplyFormat.Text text -> null;
            case ReplyFormat.Json json -> ResponseFormat.JSON;
            case ReplyFormat.Schema(JsonNode schema) ->
                ResponseFormat.builder()
                        .type(ResponseFormatType.JSON)
                        .jsonSchema(JsonSchema.builder()
                                .name(NAME)
                                .rootElement(JsonRawSchema.from(schema.toString()))
                                .build())
                        .build();
        };
    }

    static ReplyFormat fromLangChain4j(@Nullable ResponseFormat format) {
        if (format == null || format.type() == ResponseFormatType.TEXT) {
            return new ReplyFormat.Text();
        }
        JsonSchema schema = format.jsonSchema();
        return schema == null ? new ReplyFormat.Json() : new ReplyFormat.Schema(schema(schema.rootElement()));
    }

    private static JsonNode schema(JsonSchemaElement root) {
        return root instanceof JsonRawSchema raw
                ? JSON.readTree(raw.schema())
                : JSON.valueToTree(JsonSchemaElementUtils.toMap(root));
    }
}
