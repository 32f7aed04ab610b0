package dev.kvasir.run;

import dev.kvasir.library.VersionLock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run as it is now.
 *
 * @param graph the graph's name
 * @param versionId {@code sha256:} and the version's digest
 * @param output absent until it succeeded
 * @param error absent unless it failed
 * @param pairedWith the run under text that it is compared with
 * @param outerRunId the run within which it runs, for a subgraph or an element of a map
 * @param totals sums over its committed steps
 * @param effectiveModes what crossed each edge, by edge id; an edge that has not been used yet is planned so
 * @param lastEvent number of its newest event
 */
public record RunRecord(
        RunId id,
        RunState state,
        boolean degraded,
        String graphId,
        String graph,
        int version,
        String versionId,
        VersionLock lock,
        JsonNode input,
        @Nullable JsonNode output,
        @Nullable StepFault error,
        long seed,
        String profile,
        Map<String, String> labels,
        @Nullable RunId parentRunId,
        @Nullable RunId replayedFrom,
        @Nullable RunId pairedWith,
        @Nullable RunId outerRunId,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        RunTotals totals,
        Map<String, String> effectiveModes,
        long lastEvent) {}
