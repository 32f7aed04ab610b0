package dev.kvasir.web.graph;

import dev.kvasir.graph.Problem;
import dev.kvasir.web.Drawing;
import dev.kvasir.web.InputForm;
import dev.kvasir.web.run.RunSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph: its picture, its versions, and a form that starts a run.
 *
 * @param drawing null while nothing is published
 * @param cacheEdges the edges between agents, whose mode a run may change
 * @param refusals why the last start was refused
 */
public record GraphPage(
        String name,
        String title,
        @Nullable Integer version,
        @Nullable Drawing drawing,
        List<EdgeRow> edges,
        List<VersionRow> versions,
        List<InputForm.Field> fields,
        List<String> cacheEdges,
        List<RunSummary> runs,
        List<Problem> problems,
        List<String> refusals) {

    public GraphPage {
        edges = List.copyOf(edges);
        versions = List.copyOf(versions);
        fields = List.copyOf(fields);
        cacheEdges = List.copyOf(cacheEdges);
        runs = List.copyOf(runs);
        problems = List.copyOf(problems);
        refusals = List.copyOf(refusals);
    }

    /** Whether an edge lets less than a cache cross, so that runs are offered as published first and not over text. */
    public boolean isGuarded() {
        return edges.stream().anyMatch(EdgeRow::isGuarded);
    }

    /**
     * An edge in words.
     *
     * @param isGuarded whether its wire has a policy
     */
    public record EdgeRow(String id, String from, String to, String mode, String detail, boolean isGuarded) {}

    /** A published version. */
    public record VersionRow(int number, String hash, String notes, String published) {}
}
