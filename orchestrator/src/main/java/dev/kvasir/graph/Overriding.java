package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays a run's overrides over a document, and leads problems back to where the run asked for them. */
final class Overriding {

    private static final Set<String> NODE_FIELDS = Set.of("generation", "fusion", "timeoutMs", "retry");
    private static final Set<String> FUSED = Set.of(
            "fuser", "fallback", "layers", "layerShare", "share", "order", "gate", "weightScale", "rank", "wire");
    private static final Set<String> PREFIX = Set.of("layers", "layerShare", "wire", "fallback");
    private static final Set<String> TEXT = Set.of("template", "maxTokens");

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> moved = new HashMap<>();

    /** The document with the overrides in it. */
    GraphDocument lay(Overrides overrides, GraphDocument document) {
        if (overrides.isEmpty() || !(document.root() instanceof ObjectNode)) {
            return document;
        }
        ObjectNode root = (ObjectNode) document.root().deepCopy();
        new TreeMap<>(overrides.edges()).forEach((id, fields) -> edge(root, id, fields));
        new TreeMap<>(overrides.nodes()).forEach((id, fields) -> node(root, id, fields));
        return GraphDocument.of(root);
    }

    private void edge(ObjectNode root, String id, JsonNode fields) {
        String pointer = Pointers.child("/edgeOverrides", id);
        ObjectNode edge = element(root.path("edges"), id);
        if (edge == null) {
            problems.add(
                    Problem.error(Rule.G04, pointer, "The run overrides edge '" + id + "', which does not exist."));
        } else if (!(fields instanceof ObjectNode link)) {
            problems.add(Problem.error(
                    Rule.G22,
                    pointer,
                    "The override of edge '" + id + "' must be an object, not " + Fields.shown(fields) + "."));
        } else if (readsLocally(root, edge.path("from").asString(""))) {
            problems.add(Problem.error(
                    Rule.G44,
                    pointer,
                    "Edge '" + id + "' cannot be overridden: it leaves '"
                            + edge.path("from").asString("") + "', which reads local documents. Run it as published."));
        } else {
            edge.set("link", laid(edge.path("link"), link));
            moved.put(place(root.path("edges"), "/edges", id) + "/link", pointer);
        }
    }

    private static boolean readsLocally(ObjectNode root, String node) {
        ObjectNode sender = element(root.path("nodes"), node);
        return sender != null && !sender.path("local").isEmpty();
    }

    /** The link's own fields stay where the new mode knows them. */
    private static ObjectNode laid(JsonNode link, ObjectNode override) {
        ObjectNode laid = override.objectNode();
        String before = link.path("mode").asString("TEXT");
        String mode = override.path("mode").asString(before);
        laid.put("mode", mode);
        link.properties().forEach(field -> {
            if (isKnown(mode, field.getKey())) {
                laid.set(field.getKey(), field.getValue());
            }
        });
        if (!mode.equals(before) && (mode.equals("CACHE_PREFIX") || before.equals("CACHE_PREFIX"))) {
            laid.remove("layers"); // those that are fused are not those that are put in front
            laid.remove("layerShare");
        }
        if (override.has("layers")) {
            laid.remove("layerShare");
        }
        if (override.has("layerShare")) {
            laid.remove("layers");
        }
        laid.setAll(override);
        return laid;
    }

    private static boolean isKnown(String mode, String field) {
        return switch (mode) {
            case "TEXT" -> TEXT.contains(field);
            case "C2C" -> FUSED.contains(field);
            case "TEXT_C2C" -> TEXT.contains(field) || FUSED.contains(field);
            case "HANDOVER" -> field.equals("fallback");
            case "CACHE_PREFIX" -> PREFIX.contains(field);
            case "AUTO" -> field.equals("prefer");
            default -> false;
        };
    }

    private void node(ObjectNode root, String id, JsonNode fields) {
        String pointer = Pointers.child("/nodeOverrides", id);
        ObjectNode node = element(root.path("nodes"), id);
        if (node == null) {
            problems.add(
                    Problem.error(Rule.G04, pointer, "The run overrides node '" + id + "', which does not exist."));
            return;
        }
        if (!(fields instanceof ObjectNode object)) {
            problems.add(Problem.error(
                    Rule.G22,
                    pointer,
                    "The override of node '" + id + "' must be an object, not " + Fields.shown(fields) + "."));
            return;
        }
        for (var field : object.properties()) {
            if (!NODE_FIELDS.contains(field.getKey())) {
                problems.add(
                        Problem.error(
                                Rule.G16,
                                Pointers.child(pointer, field.getKey()),
                                "Field '" + field.getKey() + "' of node '" + id
                                        + "' cannot be overridden. A run may override generation, fusion, timeoutMs and retry."));
            } else {
                merge(node, field.getKey(), field.getValue());
            }
        }
        moved.put(place(root.path("nodes"), "/nodes", id), pointer);
    }

    private static void merge(ObjectNode node, String name, JsonNode value) {
        if (node.get(name) instanceof ObjectNode present && value instanceof ObjectNode more) {
            present.setAll(more);
        } else {
            node.set(name, value);
        }
    }

    private static @Nullable ObjectNode element(JsonNode list, String id) {
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object
                    && object.path("id").asString("").equals(id)) {
                return object;
            }
        }
        return null;
    }

    private static String place(JsonNode list, String pointer, String id) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path("id").asString("").equals(id)) {
                return pointer + "/" + i;
            }
        }
        return pointer;
    }

    /** The problems of the overrides themselves, then those of the document that they make. */
    List<Problem> led(List<Problem> found) {
        List<Problem> all = new ArrayList<>(problems);
        found.forEach(problem -> all.add(lead(problem)));
        return all;
    }

    private Problem lead(Problem problem) {
        for (var move : moved.entrySet()) {
            String rest = problem.pointer().startsWith(move.getKey())
                    ? problem.pointer().substring(move.getKey().length())
                    : "#";
            String field = rest.startsWith("/") ? Arrays.asList(rest.split("/")).get(1) : "";
            boolean isOfTheNode = move.getKey().startsWith("/nodes") && !NODE_FIELDS.contains(field);
            if (!isOfTheNode && (rest.isEmpty() || rest.startsWith("/"))) {
                return problem.movedTo(move.getValue() + rest);
            }
        }
        return problem;
    }
}
