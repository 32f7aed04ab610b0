package dev.kvasir.library;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A graph in the library.
 *
 * @param newestVersion number of its newest published version; absent while there is none
 * @param hasDraft whether there is a working copy
 */
public record StoredGraph(
        GraphId id,
        String name,
        String title,
        Instant createdAt,
        @Nullable Integer newestVersion,
        boolean hasDraft) {}
