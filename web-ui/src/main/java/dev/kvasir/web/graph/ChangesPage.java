package dev.kvasir.web.graph;

import dev.kvasir.exchange.Change;
import dev.kvasir.exchange.ChangeText;
import dev.kvasir.web.Mark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two documents of a graph.
 *
 * @param before the earlier side, a version or the draft
 * @param after the later one
 * @param fault why nothing can be compared; null if it can
 */
public record ChangesPage(
        String graph,
        String before,
        String after,
        List<Row> rows,
        @Nullable String fault) {

    private static final int MOST = 200;

    public ChangesPage {
        rows = List.copyOf(rows);
    }

    /**
     * One change.
     *
     * @param before the earlier value, if there is one to show
     * @param after the later one, likewise
     */
    public record Row(Mark mark, String what, String before, String after) {}

    static ChangesPage of(String graph, String before, String after, List<Change> changes) {
        List<Row> rows = changes.stream().limit(MOST).map(ChangesPage::row).toList();
        String more = changes.size() <= MOST
                ? null
                : "These are the first " + MOST + " of " + changes.size() + " differences.";
        return new ChangesPage(graph, before, after, rows, more);
    }

    static ChangesPage refused(String graph, String before, String after, String fault) {
        return new ChangesPage(graph, before, after, List.of(), fault);
    }

    private static Row row(Change change) {
        ChangeText text = ChangeText.of(change);
        Mark mark = switch (change.op()) {
            case ADD -> new Mark("added", "+", "good");
            case REMOVE -> new Mark("removed", "−", "bad");
            case REPLACE -> new Mark("changed", "~", "quiet");
            case RENAME -> new Mark("renamed", "›", "quiet");
            case REORDER -> new Mark("moved", "↕", "quiet");
        };
        return new Row(mark, text.what(), text.before(), text.after());
    }

    /** The draft, or a version as pages write it, such as {@code v3}. */
    public static String side(String which) {
        return which.matches("\\d{1,9}") ? "v" + which : which;
    }

    public String title() {
        return side(before) + " → " + side(after);
    }
}
