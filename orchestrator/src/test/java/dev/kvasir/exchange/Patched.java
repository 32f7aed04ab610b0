package dev.kvasir.exchange;

import static java.util.Comparator.comparing;

import dev.kvasir.graph.CanonicalJson;
import dev.kvasir.graph.GraphDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Does to a document what changes say, and knows when two documents mean the same; both in other words than what is tested. */
final class Patched {

    private JsonNode root;

    private Patched(JsonNode root) {
        this.root = root;
    }

    static JsonNode of(GraphDocument before, List<Change> changes) {
        Patched patched = new Patched(before.root().deepCopy());
        changes.forEach(patched::apply);
        return patched.root;
    }

    private void apply(Change change) {
        JsonPointer pointer = JsonPointer.compile(change.pointer());
        if (change.op() == Change.Op.REORDER) {
            reorder(change);
        } else if (change.op() == Change.Op.RENAME) {
            rename(change);
        } else if (change.node() == null && change.edge() == null) {
            if (pointer.matches()) {
                root = value(change);
            } else {
                set(root, pointer, change);
            }
        } else {
            element(change, pointer.tail().tail());
        }
    }

    private void element(Change change, JsonPointer field) {
        ArrayNode list = (ArrayNode) root.get(change.node() == null ? "edges" : "nodes");
        String id = change.node() == null ? String.valueOf(change.edge()) : change.node();
        if (!field.matches()) {
            set(list.get(index(list, id)), field, change);
        } else if (change.op() == Change.Op.ADD) {
            list.add(value(change));
        } else {
            list.remove(index(list, id));
        }
    }

    private static void set(JsonNode object, JsonPointer field, Change change) {
        ObjectNode parent = (ObjectNode) object.at(field.head());
        String name = field.last().getMatchingProperty();
        if (change.op() == Change.Op.REMOVE) {
            parent.remove(name);
        } else {
            parent.set(name, value(change));
        }
    }

    private static JsonNode value(Change change) {
        JsonNode after = change.after();
        if (after == null) {
            throw new AssertionError("No value after " + change);
        }
        return after.deepCopy();
    }

    private void rename(Change change) {
        String before = text(change.before());
        String after = text(change.after());
        ArrayNode list = (ArrayNode) root.get(change.node() == null ? "edges" : "nodes");
        ((ObjectNode) list.get(index(list, before))).put("id", after);
        if (change.node() != null) {
            for (JsonNode edge : root.get("edges")) {
                for (String end : List.of("from", "to")) {
                    if (edge.path(end).isString()
                            && edge.path(end).stringValue().equals(before)) {
                        ((ObjectNode) edge).put(end, after);
                    }
                }
            }
        }
    }

    private static String text(@Nullable JsonNode value) {
        return value == null ? "" : value.stringValue();
    }

    private void reorder(Change change) {
        ArrayNode edges = (ArrayNode) root.get("edges");
        List<String> order =
                value(change).valueStream().map(JsonNode::stringValue).toList();
        List<JsonNode> elements =
                order.stream().map(id -> edges.get(index(edges, id))).toList();
        int next = 0;
        for (int i = 0; i < edges.size(); i++) {
            if (order.contains(edges.get(i).path("id").stringValue())) {
                edges.set(i, elements.get(next++));
            }
        }
    }

    private static int index(ArrayNode list, String id) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path("id").asString("").equals(id)) {
                return i;
            }
        }
        throw new AssertionError("No element '" + id + "' in " + list);
    }

    /** A document in one form of all that mean the same to a graph. */
    static String normal(JsonNode document) {
        JsonNode root = document.deepCopy();
        if (root instanceof ObjectNode object && isKeyed(root.path("nodes")) && isKeyed(root.path("edges"))) {
            List<String> inputs = root.get("nodes")
                    .valueStream()
                    .filter(node -> node.path("kind").asString("").equals("input"))
                    .map(node -> node.path("id").stringValue())
                    .toList();
            root.get("edges").forEach(Patched::sortSets);
            root.get("nodes").forEach(node -> {
                sortRequired(node.path("schema"));
                sortRequired(node.path("form"));
                sortSet(node, "assignees");
            });
            sort(object, "nodes", node -> node.path("id").stringValue());
            sort(object, "edges", edge -> {
                boolean isFirst = inputs.contains(edge.path("from").asString(""));
                return edge.path("to").asString("")
                        + (isFirst ? " 0 " + edge.path("id").stringValue() : " 1");
            });
        }
        return CanonicalJson.write(root);
    }

    private static boolean isKeyed(JsonNode list) {
        List<String> ids = list.valueStream()
                .filter(element -> element.isObject() && element.path("id").isString())
                .map(element -> element.path("id").stringValue())
                .distinct()
                .toList();
        return list.isArray() && ids.size() == list.size();
    }

    private static void sortSets(JsonNode edge) {
        JsonNode link = edge.path("link");
        List.of(link, link.path("wire")).forEach(holder -> sortSet(holder, "layers"));
        sortSet(link.path("fallback"), "on");
    }

    private static void sortRequired(JsonNode schema) {
        sortSet(schema, "required");
        schema.forEach(Patched::sortRequired);
    }

    private static void sortSet(JsonNode holder, String name) {
        if (holder instanceof ObjectNode object && object.path(name).isArray()) {
            sort(object, name, CanonicalJson::write);
        }
    }

    private static void sort(ObjectNode holder, String name, Function<JsonNode, String> key) {
        List<JsonNode> elements = new ArrayList<>(holder.get(name).valueStream().toList());
        elements.sort(comparing(key));
        holder.set(name, holder.arrayNode().addAll(elements));
    }
}
