package dev.kvasir.exchange;

import dev.kvasir.exchange.JsonValues.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nodes or edges of one document by their ids, in its order.
 *
 * @param byId each with its index
 */
record Elements(Map<String, Element> byId) {

    /** One of them, and where it stands. */
    record Element(int index, ObjectNode value) {}

    /** Reads a list; empty unless each element is an object with an id of its own. */
    static Optional<Elements> of(JsonNode list) {
        Map<String, Element> byId = new LinkedHashMap<>();
        for (JsonNode value : list) {
            boolean isNamed = value instanceof ObjectNode object
                    && object.path("id").isString()
                    && byId.putIfAbsent(object.path("id").stringValue(), new Element(byId.size(), object)) == null;
            if (!isNamed) {
                return Optional.empty();
            }
        }
        return list.isArray() ? Optional.of(new Elements(byId)) : Optional.empty();
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    Element get(String id) {
        Element element = byId.get(id);
        if (element == null) {
            throw new IllegalArgumentException("No element '" + id + "'");
        }
        return element;
    }

    List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /**
     * Which of these are in the others under another id: those that alone have a content which among the others' new ones only one
     * has. Whatever is not alone is not guessed at.
     *
     * @return the others' id by ours
     */
    Map<String, String> renamedIn(Elements others) {
        Map<Content, List<String>> gone = missingFrom(others);
        Map<Content, List<String>> come = others.missingFrom(this);
        Map<String, String> renamed = new LinkedHashMap<>();
        gone.forEach((content, ids) -> {
            List<String> same = come.getOrDefault(content, List.of());
            if (ids.size() == 1 && same.size() == 1) {
                renamed.put(ids.getFirst(), same.getFirst());
            }
        });
        return renamed;
    }

    private Map<Content, List<String>> missingFrom(Elements others) {
        Map<Content, List<String>> byContent = new LinkedHashMap<>();
        byId.forEach((id, element) -> {
            if (!others.has(id)) {
                ObjectNode content = element.value().deepCopy();
                content.remove("id");
                byContent
                        .computeIfAbsent(new Content(content), same -> new ArrayList<>())
                        .add(id);
            }
        });
        return byContent;
    }

    /** The same elements with other ids in some of their fields. */
    Elements with(Map<String, String> renamed, String... fields) {
        Map<String, Element> others = new LinkedHashMap<>();
        byId.forEach((id, element) -> {
            ObjectNode value = element.value().deepCopy();
            for (String field : fields) {
                String other = renamed.get(value.path(field).asString(""));
                if (other != null) {
                    value.put(field, other);
                }
            }
            others.put(id, new Element(element.index(), value));
        });
        return new Elements(others);
    }
}
