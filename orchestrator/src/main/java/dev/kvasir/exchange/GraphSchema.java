package dev.kvasir.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The JSON Schema (2020-12) of a graph document. It says what the shape alone can say, for editors and generators; whatever it
 * refuses the validator refuses too, with a pointer and a sentence.
 */
public final class GraphSchema {

    private static final String FILE = "graph.schema.json";

    private GraphSchema() {}

    /** The schema as JSON text. */
    public static String text() {
        try (InputStream content = GraphSchema.class.getResourceAsStream(FILE)) {
            if (content == null) {
                throw new IllegalStateException("The jar lacks dev/kvasir/exchange/" + FILE + "; build it again.");
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read " + FILE + " from the jar", fault);
        }
    }
}
