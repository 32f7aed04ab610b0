package dev.kvasir.access;

import java.util.List;
import java.util.function.Function;
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

    /**
     * The first part of what was found.
     *
     * @param found one more than {@code most}, if there are more
     * @param after the cursor that leads on behind an item
     */
    public static <T> Page<T> cut(List<T> found, int most, Function<T, String> after) {
        return found.size() <= most
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, most), after.apply(found.get(most - 1)));
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
