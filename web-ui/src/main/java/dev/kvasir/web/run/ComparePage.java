package dev.kvasir.web.run;

import java.util.ArrayList;
import java.util.List;

/** Two runs of one graph on one input, side by side. */
public record ComparePage(RunPage left, RunPage right, boolean isSameInput, List<Row> rows) {

    public ComparePage {
        rows = List.copyOf(rows);
    }

    /**
     * A number of both.
     *
     * @param field the run record's field
     * @param change of the right against the left, such as {@code −40 %}
     */
    public record Row(String field, String name, String left, String right, String change) {}

    /** Lays two runs beside each other. */
    public static ComparePage of(RunPage left, RunPage right) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < left.run().totals().size(); i++) {
            RunSummary.Total a = left.run().totals().get(i);
            RunSummary.Total b = right.run().totals().get(i);
            rows.add(new Row(a.field(), a.name(), a.value(), b.value(), change(a.exact(), b.exact())));
        }
        return new ComparePage(left, right, left.input().equals(right.input()), rows);
    }

    private static String change(long before, long after) {
        if (before == 0 || before == after) {
            return before == after ? "same" : "–";
        }
        long percent = Math.round(100.0 * (after - before) / before);
        return (percent < 0 ? "−" : "+") + Math.abs(percent) + " %";
    }
}
