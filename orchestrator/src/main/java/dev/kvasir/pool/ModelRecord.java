package dev.kvasir.pool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered model, as its headers describe it.
 *
 * @param kind {@code LOCAL}, {@code REMOTE} or {@code ECHO}
 * @param digest SHA-256 of what it computes with, hexadecimal; empty where there are no weights
 * @param format {@code gguf} or {@code safetensors}; empty where there is no file
 * @param sizeInBytes of its files
 * @param available false when its file has gone
 * @param problem why the file is refused; absent when it is sound
 */
public record ModelRecord(
        String name,
        String kind,
        String digest,
        String family,
        String format,
        Shape shape,
        long sizeInBytes,
        boolean available,
        @Nullable String problem,
        @Nullable Instant registeredAt) {

    /**
     * What a model looks like; all 0 where that is not known.
     *
     * @param contextLength most positions
     */
    public record Shape(
            int layers, int hiddenSize, int heads, int kvHeads, int headDim, int vocabularySize, int contextLength) {

        public static final Shape UNKNOWN = new Shape(0, 0, 0, 0, 0, 0, 0);
    }

    /** Whether it is here with weights of its own that can be read. */
    public boolean hasWeights() {
        return kind.equals("LOCAL") && available && problem == null;
    }

    /** The built-in model that answers with the last user message. */
    static ModelRecord echo() {
        return new ModelRecord("echo", "ECHO", "", "", "", Shape.UNKNOWN, 0, true, null, null);
    }
}
