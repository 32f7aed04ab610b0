package dev.kvasir.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first.
 *
 * @param nextCursor leads to the next part; absent at the end
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 200;

    public Page {
        items = List.copyOf(items);
    }

    /** The limit that was asked for. */
    public static int limit(int asked) {
        if (asked < 1 || asked > MAX_LIMIT) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER,
                    "limit must be between 1 and %d, not %d.".formatted(MAX_LIMIT, asked));
        }
        return asked;
    }
}
