package dev.kvasir.web.home;

import dev.kvasir.web.run.RunSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first page.
 *
 * @param text the newest pair's run under text; null while there is no pair
 * @param cache its run under a cache edge
 * @param sample name of a graph to try; null while there is none
 */
public record HomePage(
        @Nullable RunSummary text,
        @Nullable RunSummary cache,
        List<RunSummary> recent,
        @Nullable String sample) {

    public HomePage {
        recent = List.copyOf(recent);
    }
}
