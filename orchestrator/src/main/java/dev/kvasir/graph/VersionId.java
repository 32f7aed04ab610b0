package dev.kvasir.graph;

/**
 * Identifies a published graph by its content.
 *
 * @param value {@code sha256:} and 64 lower-case hex digits
 */
public record VersionId(String value) {

    private static final String PREFIX = "sha256:";

    public VersionId {
        if (!value.matches(PREFIX + "[0-9a-f]{64}")) {
            throw new IllegalArgumentException("A version id is 'sha256:' and 64 hex digits, not '" + value + "'");
        }
    }

    /** The first eight digits, as pages and logs show it. */
    public String shown() {
        return value.substring(PREFIX.length(), PREFIX.length() + 8);
    }

    @Override
    public String toString() {
        return value;
    }
}
