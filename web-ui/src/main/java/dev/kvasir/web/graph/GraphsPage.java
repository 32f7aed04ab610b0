package dev.kvasir.web.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The graphs there are. */
public record GraphsPage(List<Row> graphs) {

    public GraphsPage {
        graphs = List.copyOf(graphs);
    }

    /**
     * A graph.
     *
     * @param version its newest; null while none is published
     * @param modes what its edges between agents carry
     */
    public record Row(String name, String title, @Nullable Integer version, List<String> modes, String created) {}
}
