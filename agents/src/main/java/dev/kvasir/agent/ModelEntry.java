package dev.kvasir.agent;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A model that an agent may name. */
public sealed interface ModelEntry {

    String name();

    /**
     * A checkpoint on this machine.
     *
     * @param path a Hugging Face folder or a GGUF file
     * @param digest SHA-256 of what it computes with, hexadecimal
     */
    record Local(String name, Path path, String digest) implements ModelEntry {}

    /**
     * A model behind an OpenAI-compatible address; it has text, but no cache that could be read.
     *
     * @param address the API's root, such as {@code https://host/v1}
     * @param modelId the provider's own name for the model
     * @param key gives the API key when a request is made; it is never kept
     */
    record Remote(String name, URI address, String modelId, Supplier<String> key) implements ModelEntry {}

    /** The built-in model that answers with the last user message; for tests and load. */
    record Echo(String name) implements ModelEntry {}
}
