package dev.kvasir.graph;

import tools.jackson.databind.JsonNode;

/** What an agent's reply must be. */
public sealed interface ResponseFormat {

    /** Any text. */
    record Text() implements ResponseFormat {}

    /** A JSON object. */
    record Json() implements ResponseFormat {}

    /** JSON that fits a schema (JSON Schema 2020-12). */
    record Schema(JsonNode schema) implements ResponseFormat {}
}
