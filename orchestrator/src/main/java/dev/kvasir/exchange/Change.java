package dev.kvasir.exchange;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that differs between two documents of a graph.
 *
 * @param op what was done
 * @param pointer JSON pointer to it: into the earlier document for {@link Op#REMOVE}, into the later one for all else
 * @param node the node it belongs to, as the later document calls it if it is there; null outside of nodes
 * @param edge the edge it belongs to, likewise
 * @param before the earlier value; null if there is none
 * @param after the later value; null if there is none
 */
public record Change(
        Op op,
        String pointer,
        @Nullable String node,
        @Nullable String edge,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {

    /** What can be done to a document. */
    public enum Op {
        ADD,
        REMOVE,
        REPLACE,
        /** A node or an edge has another id and is otherwise as it was; edges that named the node follow it and are not told. */
        RENAME,
        /** The edges into a node come in another order; {@code before} and {@code after} are all their ids. */
        REORDER
    }

    /** Where within its node, edge or document, with points between, such as {@code prompt.user}; empty for the whole of it. */
    public String field() {
        String[] parts = pointer.split("/", -1);
        int from = node == null && edge == null ? 1 : 3;
        StringBuilder field = new StringBuilder();
        for (int i = from; i < parts.length; i++) {
            field.append(i == from ? "" : ".")
                    .append(parts[i].replace("~1", "/").replace("~0", "~"));
        }
        return field.toString();
    }
}
