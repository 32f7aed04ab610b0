package dev.kvasir.exchange;

import dev.kvasir.exchange.Change.Op;
import dev.kvasir.exchange.Elements.Element;
import dev.kvasir.graph.GraphDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Finds what differs between two documents of a graph. Nodes and edges are matched by their ids, wherever they stand; numbers
 * are compared by value. Order is told only where it means something: that of the edges into one node, in which texts and caches
 * come together.
 *
 * <p>Drafts may be anything: where nodes or edges are no list of objects with ids of their own, they are one value.
 */
public final class GraphChanges {

    /** Lists that are sets. */
    private static final Pattern SETS =
            Pattern.compile("/edges/\\d+/link/(wire/layers|layers|fallback/on)|/nodes/\\d+/(schema|form)(/.*)?/required"
                    + "|/nodes/\\d+/assignees");

    private final List<Change> changes = new ArrayList<>();

    private GraphChanges() {}

    /** What makes the later document of the earlier one; empty if they mean the same. */
    public static List<Change> between(GraphDocument before, GraphDocument after) {
        GraphChanges found = new GraphChanges();
        found.documents(before.root(), after.root());
        return List.copyOf(found.changes);
    }

    /** The node or edge that a value belongs to; neither for what belongs to the document. */
    private record Owner(@Nullable String node, @Nullable String edge) {
        static final Owner DOCUMENT = new Owner(null, null);
    }

    /** Where a value stands in both documents. */
    private record Place(Owner owner, JsonPointer before, JsonPointer after) {
        Place field(String name) {
            return new Place(owner, before.appendProperty(name), after.appendProperty(name));
        }
    }

    private void documents(JsonNode before, JsonNode after) {
        Place whole = new Place(Owner.DOCUMENT, JsonPointer.empty(), JsonPointer.empty());
        Optional<Elements> oldNodes = Elements.of(before.path("nodes"));
        Optional<Elements> newNodes = Elements.of(after.path("nodes"));
        Optional<Elements> oldEdges = Elements.of(before.path("edges"));
        Optional<Elements> newEdges = Elements.of(after.path("edges"));
        boolean isKeyed = oldNodes.isPresent() && newNodes.isPresent() && oldEdges.isPresent() && newEdges.isPresent();
        if (!isKeyed) {
            value(whole, before, after);
            return;
        }
        fields(whole, before, after, Set.of("nodes", "edges"));
        Map<String, String> renamed = oldNodes.get().renamedIn(newNodes.get());
        elements("nodes", oldNodes.get(), newNodes.get(), renamed);
        Elements edges = oldEdges.get().with(renamed, "from", "to");
        Map<String, String> renamedEdges = edges.renamedIn(newEdges.get());
        elements("edges", edges, newEdges.get(), renamedEdges);
        orders(edges, newEdges.get(), renamedEdges, inputs(newNodes.get()));
    }

    private void elements(String list, Elements before, Elements after, Map<String, String> renamed) {
        Map<String, String> earlier = new HashMap<>();
        renamed.forEach((old, now) -> earlier.put(now, old));
        for (String id : after.ids()) {
            Element now = after.get(id);
            String old = earlier.getOrDefault(id, id);
            if (before.has(old)) {
                Place place =
                        new Place(owner(list, id), place(list, before.get(old).index()), place(list, now.index()));
                if (!old.equals(id)) {
                    Place name = place.field("id");
                    add(
                            Op.RENAME,
                            name,
                            before.get(old).value().get("id"),
                            now.value().get("id"));
                }
                fields(place, before.get(old).value(), now.value(), Set.of("id"));
            } else {
                JsonPointer at = place(list, now.index());
                add(Op.ADD, new Place(owner(list, id), at, at), null, now.value());
            }
        }
        for (String id : before.ids()) {
            if (!after.has(id) && !renamed.containsKey(id)) {
                JsonPointer at = place(list, before.get(id).index());
                add(
                        Op.REMOVE,
                        new Place(owner(list, id), at, at),
                        before.get(id).value(),
                        null);
            }
        }
    }

    private static Owner owner(String list, String id) {
        return list.equals("nodes") ? new Owner(id, null) : new Owner(null, id);
    }

    private static JsonPointer place(String list, int index) {
        return JsonPointer.empty().appendProperty(list).appendIndex(index);
    }

    private void fields(Place place, JsonNode before, JsonNode after, Set<String> told) {
        for (var field : after.properties()) {
            String name = field.getKey();
            if (!told.contains(name) && before.has(name)) {
                value(place.field(name), before.get(name), field.getValue());
            } else if (!told.contains(name)) {
                add(Op.ADD, place.field(name), null, field.getValue());
            }
        }
        for (var field : before.properties()) {
            if (!told.contains(field.getKey()) && !after.has(field.getKey())) {
                add(Op.REMOVE, place.field(field.getKey()), field.getValue(), null);
            }
        }
    }

    private void value(Place place, JsonNode before, JsonNode after) {
        if (before.isObject() && after.isObject()) {
            fields(place, before, after, Set.of());
            return;
        }
        boolean isSet = SETS.matcher(place.after().toString()).matches();
        if (!JsonValues.same(before, after) && !(isSet && JsonValues.sameSet(before, after))) {
            add(Op.REPLACE, place, before, after);
        }
    }

    private void add(Op op, Place place, @Nullable JsonNode before, @Nullable JsonNode after) {
        JsonPointer pointer = op == Op.REMOVE ? place.before() : place.after();
        changes.add(new Change(
                op, pointer.toString(), place.owner().node(), place.owner().edge(), before, after));
    }

    /** Compares the order in which edges come into each node with the one that all other changes leave. */
    private void orders(Elements before, Elements after, Map<String, String> renamed, Set<String> inputs) {
        Set<String> left = new LinkedHashSet<>();
        before.ids().forEach(id -> left.add(renamed.getOrDefault(id, id)));
        left.retainAll(after.byId().keySet());
        left.addAll(after.ids());
        Map<String, ArrayNode> otherwise = into(List.copyOf(left), after, inputs);
        Map<String, ArrayNode> old = into(before.ids(), before, inputs);
        into(after.ids(), after, inputs).forEach((receiver, order) -> {
            if (!order.equals(otherwise.get(receiver))) {
                ArrayNode was = old.getOrDefault(receiver, JsonNodeFactory.instance.arrayNode());
                changes.add(new Change(Op.REORDER, "/edges", receiver, null, was, order));
            }
        });
    }

    /** The ids of the edges into each node, in the order given; those from an input carry nothing that could come first. */
    private static Map<String, ArrayNode> into(List<String> ids, Elements edges, Set<String> inputs) {
        Map<String, ArrayNode> into = new HashMap<>();
        for (String id : ids) {
            JsonNode edge = edges.get(id).value();
            if (!inputs.contains(edge.path("from").asString(""))) {
                into.computeIfAbsent(edge.path("to").asString(""), to -> JsonNodeFactory.instance.arrayNode())
                        .add(id);
            }
        }
        return into;
    }

    private static Set<String> inputs(Elements nodes) {
        Set<String> inputs = new LinkedHashSet<>();
        nodes.byId().forEach((id, node) -> {
            if (node.value().path("kind").asString("").equals("input")) {
                inputs.add(id);
            }
        });
        return inputs;
    }
}
