package dev.kvasir.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A document as far as it could be read, faults and all; the rules look at this. */
record Outline(String name, List<Spot> spots, List<Line> lines, Settings settings) {

    /**
     * A node of the document.
     *
     * @param kind as sent
     * @param node null if its kind is not known
     */
    record Spot(int index, NodeId id, String kind, @Nullable Node node) {
        String pointer() {
            return "/nodes/" + index;
        }

        boolean is(Node.Kind wanted) {
            return kind.equals(wanted.json());
        }
    }

    /** An edge of the document. */
    record Line(int index, Edge edge) {
        String pointer() {
            return "/edges/" + index;
        }

        String pointer(String field) {
            return pointer() + "/" + field;
        }
    }

    /** The first place of each id. */
    Map<NodeId, Integer> places() {
        Map<NodeId, Integer> places = new HashMap<>();
        spots.forEach(spot -> places.putIfAbsent(spot.id(), spot.index()));
        return places;
    }

    /** The graph of a document without errors. */
    Graph graph() {
        List<Node> nodes =
                spots.stream().map(Spot::node).map(Objects::requireNonNull).toList();
        return new Graph(name, nodes, lines.stream().map(Line::edge).toList(), settings);
    }

    /** The names of the run's input, as its schema lists them; null where it lists none, or lets others in. */
    @Nullable
    List<String> inputs() {
        for (Spot spot : spots) {
            if (spot.node() instanceof Node.Input input) {
                JsonNode properties = input.schema().path("properties");
                JsonNode more = input.schema().path("additionalProperties");
                boolean isOpen = !properties.isObject() || more.isObject() || more.asBoolean(false);
                return isOpen ? null : List.copyOf(properties.propertyNames());
            }
        }
        return null;
    }

    Optional<Spot> spot(NodeId id) {
        return spots.stream().filter(spot -> spot.id().equals(id)).findFirst();
    }
}
