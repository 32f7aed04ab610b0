package dev.kvasir.model;

/** A stretch of a text in UTF-16 units: {@code start} inclusive, {@code end} exclusive. */
public record TextSpan(int start, int end) {

    public TextSpan {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "A span starts at 0 or later and ends no earlier: [%d, %d)".formatted(start, end));
        }
    }

    public int length() {
        return end - start;
    }

    /** Whether the two share at least one unit. */
    public boolean overlaps(TextSpan other) {
        return start < other.end && other.start < end;
    }
}
