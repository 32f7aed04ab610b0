package dev.kvasir.agent;

import tools.jackson.databind.JsonNode;

/** What a reply must be. A local model cannot write anything else; a reply from elsewhere is checked. */
public sealed interface ReplyFormat {

    /** Any text. */
    record Text() implements ReplyFormat {}

    /** A JSON object. */
    record Json() implements ReplyFormat {}

    /**
     * JSON that fits a schema.
     *
     * @param schema JSON Schema 2020-12, of the keywords that can be forced
     */
    record Schema(JsonNode schema) implements ReplyFormat {}
}
