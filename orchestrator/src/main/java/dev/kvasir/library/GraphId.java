package dev.kvasir.library;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** A stored graph, as {@code graph_} and 32 hexadecimal digits. */
public record GraphId(UUID value) {

    private static final String PREFIX = "graph_";
    private static final Pattern WRITTEN = Pattern.compile(PREFIX + "[0-9a-f]{32}");

    /** Reads an id as it is written; empty if it is not one. */
    public static Optional<GraphId> parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            return Optional.empty();
        }
        String digits = text.substring(PREFIX.length());
        return Optional.of(new GraphId(new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16),
                Long.parseUnsignedLong(digits.substring(16), 16))));
    }

    @Override
    public String toString() {
        return PREFIX + value.toString().replace("-", "");
    }
}
