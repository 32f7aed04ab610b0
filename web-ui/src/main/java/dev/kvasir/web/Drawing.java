package dev.kvasir.web;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Link.Mode;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A graph as a picture, in pixels from the top left.
 *
 * @param summary the picture in one sentence, for those who do not see it
 */
public record Drawing(int width, int height, List<Box> boxes, List<Line> lines, String summary) {

    private static final int BOX_WIDTH = 150;
    private static final int BOX_HEIGHT = 64;
    private static final int COLUMN = 262;
    private static final int ROW = 104;
    private static final int MARGIN = 16;
    private static final int SAG = 62;

    public Drawing {
        boxes = List.copyOf(boxes);
        lines = List.copyOf(lines);
    }

    /**
     * A node.
     *
     * @param detail a second line, such as the model
     * @param mark its state; null where there is no run
     */
    public record Box(
            int x,
            int y,
            int width,
            int height,
            String id,
            String kind,
            String detail,
            @Nullable Mark mark) {}

    /**
     * An edge.
     *
     * @param path of an SVG path
     * @param look the style's class, by what crosses
     * @param label such as {@code C2C} or {@code C2C → TEXT}
     * @param labelX middle of the label
     */
    public record Line(
            String id,
            String path,
            String look,
            boolean isDouble,
            String label,
            int labelX,
            int labelY,
            int labelWidth) {}

    /**
     * What crosses an edge.
     *
     * @param asked as the version or the run asked
     * @param effective as it ran; the same while nobody knows
     */
    public record Crossing(Mode asked, Mode effective) {

        boolean hasFallenBack() {
            return asked.isCache() && effective == Mode.TEXT;
        }

        String label() {
            if (hasFallenBack()) {
                return asked + " → TEXT";
            }
            return asked == Mode.AUTO && effective != Mode.AUTO ? "AUTO: " + effective : effective.name();
        }
    }

    /** Draws a published graph. */
    public static Drawing of(Graph graph) {
        return of(graph, edge -> new Crossing(edge.link().mode(), edge.link().mode()), node -> null);
    }

    /** Draws a run of a graph: what crossed, and how far each node is. */
    public static Drawing of(Graph graph, Function<Edge, Crossing> crossings, Function<NodeId, @Nullable Mark> marks) {
        Map<NodeId, Integer> columns = columns(graph);
        Map<NodeId, Box> boxes = boxes(graph, columns, marks);
        List<Line> lines = new ArrayList<>();
        for (Edge edge : graph.edges()) {
            Box from = boxes.get(edge.from());
            Box to = boxes.get(edge.to());
            if (from != null && to != null) {
                int span = columns.getOrDefault(edge.to(), 0) - columns.getOrDefault(edge.from(), 0);
                lines.add(line(edge, crossings.apply(edge), new Span(from, to, span)));
            }
        }
        int width = boxes.values().stream()
                        .mapToInt(box -> box.x() + box.width())
                        .max()
                        .orElse(0)
                + MARGIN;
        int bottom = boxes.values().stream()
                .mapToInt(box -> box.y() + box.height())
                .max()
                .orElse(0);
        boolean sags = lines.stream().anyMatch(line -> line.labelY() > bottom - BOX_HEIGHT / 2);
        return new Drawing(
                width, bottom + (sags ? SAG : MARGIN), List.copyOf(boxes.values()), lines, summary(graph, crossings));
    }

    /** Each node stands one column right of the last that leads to it. */
    private static Map<NodeId, Integer> columns(Graph graph) {
        Map<NodeId, Integer> columns = new HashMap<>();
        for (Node node : graph.inOrder()) {
            int column = graph.forwardInto(node.id()).stream()
                    .mapToInt(edge -> columns.getOrDefault(edge.from(), 0) + 1)
                    .max()
                    .orElse(0);
            columns.put(node.id(), column);
        }
        return columns;
    }

    private static Map<NodeId, Box> boxes(
            Graph graph, Map<NodeId, Integer> columns, Function<NodeId, @Nullable Mark> marks) {
        Map<NodeId, Box> boxes = new LinkedHashMap<>();
        Map<Integer, Integer> rows = new HashMap<>();
        for (Node node : graph.inOrder()) {
            int column = columns.getOrDefault(node.id(), 0);
            int row = rows.merge(column, 1, Integer::sum) - 1;
            boxes.put(
                    node.id(),
                    new Box(
                            MARGIN + column * COLUMN,
                            MARGIN + row * ROW,
                            BOX_WIDTH,
                            BOX_HEIGHT,
                            shortened(node.id().value(), 16),
                            node.kind().json(),
                            detail(node),
                            marks.apply(node.id())));
        }
        return boxes;
    }

    private static String detail(Node node) {
        return switch (node) {
            case Node.Input input -> "input";
            case Node.Agent agent -> shortened(agent.model(), 21);
            case Node.Tool tool -> shortened(tool.tool(), 21);
            case Node.Router router -> router.cases().size() + (router.cases().size() == 1 ? " case" : " cases");
            case Node.Join join -> join.first() == 0 ? "waits for all" : "waits for " + join.first();
            case Node.Vote vote -> vote.method().name().toLowerCase(Locale.ROOT);
            case Node.Mapping mapping -> shortened(mapping.over(), 21);
            case Node.Human human -> "waits for a person";
            case Node.Subgraph subgraph -> shortened(subgraph.graph().toString(), 21);
            case Node.Output output -> "output";
        };
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    /** Two boxes and the columns between them. */
    private record Span(Box from, Box to, int columns) {}

    private static Line line(Edge edge, Crossing crossing, Span span) {
        return edge.isLoop() ? back(edge, crossing, span) : on(edge, crossing, span);
    }

    /** An arc from below the sender to below a node before it. */
    private static Line back(Edge edge, Crossing crossing, Span span) {
        int startX = span.from().x() + BOX_WIDTH / 2;
        int startY = span.from().y() + BOX_HEIGHT;
        int endX = span.to().x() + BOX_WIDTH / 2;
        int endY = span.to().y() + BOX_HEIGHT + 7;
        int sag = Math.max(startY, endY) + ROW - BOX_HEIGHT;
        String path = String.format("M%d %d C%d %d %d %d %d %d", startX, startY, startX, sag, endX, sag, endX, endY);
        String label = label(edge, crossing);
        return new Line(
                edge.id().value(),
                path,
                "text back",
                false,
                label,
                (startX + endX) / 2,
                (startY + endY + 6 * sag) / 8,
                18 + 7 * label.length());
    }

    /** What crosses, before it by which port, behind it how often it leads back. */
    private static String label(Edge edge, Crossing crossing) {
        String port = edge.fromPort().equals(Edge.OUT) ? "" : edge.fromPort() + ": ";
        String turns = edge.isLoop() ? ", up to " + edge.loop() + "×" : "";
        return port + crossing.label() + turns;
    }

    private static Line on(Edge edge, Crossing crossing, Span span) {
        int startX = span.from().x() + BOX_WIDTH;
        int startY = span.from().y() + BOX_HEIGHT / 2;
        int endX = span.to().x() - 7;
        int endY = span.to().y() + BOX_HEIGHT / 2;
        boolean passesOthers = span.columns() > 1;
        int sag = passesOthers ? Math.max(startY, endY) + ROW - 20 : 0;
        String path = passesOthers
                ? String.format(
                        "M%d %d C%d %d %d %d %d %d",
                        startX, startY + 14, startX + 90, sag, endX - 90, sag, endX, endY + 14)
                : String.format(
                        "M%d %d C%d %d %d %d %d %d", startX, startY, startX + 50, startY, endX - 50, endY, endX, endY);
        int labelY = passesOthers ? (startY + endY + 28 + 6 * sag) / 8 : (startY + endY) / 2;
        String label = label(edge, crossing);
        return new Line(
                edge.id().value(),
                path,
                look(crossing),
                crossing.effective().isCache(),
                label,
                (startX + endX) / 2,
                labelY,
                18 + 7 * label.length());
    }

    private static String look(Crossing crossing) {
        if (crossing.hasFallenBack()) {
            return "fallen";
        }
        return switch (crossing.effective()) {
            case TEXT -> "text";
            case C2C -> "c2c";
            case TEXT_C2C -> "both";
            case HANDOVER, CACHE_PREFIX -> "cache";
            case AUTO -> "auto";
        };
    }

    private static String summary(Graph graph, Function<Edge, Crossing> crossings) {
        List<String> parts = new ArrayList<>();
        for (Edge edge : graph.edges()) {
            parts.add(edge.from() + " to " + edge.to() + " over " + label(edge, crossings.apply(edge)));
        }
        return "Graph " + graph.name() + ": " + String.join("; ", parts) + ".";
    }
}
