package dev.kvasir.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some runs, newest first.
 *
 * @param nextCursor where the list goes on; absent at its end
 */
public record RunPage(List<RunRecord> items, @Nullable String nextCursor) {
    public RunPage {
        items = List.copyOf(items);
    }
}
