package dev.kvasir.operation;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** An operation, as {@code operation_} and 32 hexadecimal digits. */
public record OperationId(UUID value) {

    private static final String PREFIX = "operation_";
    private static final Pattern WRITTEN = Pattern.compile(PREFIX + "[0-9a-f]{32}");

    /** Reads an id as it is written; empty if it is not one. */
    public static Optional<OperationId> parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            return Optional.empty();
        }
        String digits = text.substring(PREFIX.length());
        return Optional.of(new OperationId(new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16),
                Long.parseUnsignedLong(digits.substring(16), 16))));
    }

    @Override
    public String toString() {
        return PREFIX + value.toString().replace("-", "");
    }
}
