package dev.kvasir.web.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs, newest first.
 *
 * @param nextCursor where the list goes on; null at its end
 */
public record RunsPage(List<RunSummary> runs, @Nullable String nextCursor) {

    public RunsPage {
        runs = List.copyOf(runs);
    }
}
