package dev.kvasir.exchange;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A change in words, as commands and pages show it.
 *
 * @param sign {@code +}, {@code -}, {@code ~} for another value, {@code >} for another name or place
 * @param what its subject, such as {@code node writer: generation.temperature}
 * @param before the earlier value; empty if there is none, or if the subject says it all
 * @param after the later value, likewise
 */
public record ChangeText(String sign, String what, String before, String after) {

    /** Says a change. */
    public static ChangeText of(Change change) {
        return switch (change.op()) {
            case ADD ->
                new ChangeText("+", what(change, change.after()), "", whole(change) ? "" : shown(change.after()));
            case REMOVE ->
                new ChangeText("-", what(change, change.before()), whole(change) ? "" : shown(change.before()), "");
            case REPLACE -> new ChangeText("~", what(change, null), shown(change.before()), shown(change.after()));
            case RENAME ->
                new ChangeText(
                        ">",
                        (change.node() == null ? "edge " : "node ") + shown(change.before()) + " is now called "
                                + shown(change.after()),
                        "",
                        "");
            case REORDER ->
                new ChangeText(
                        ">",
                        "order of the edges into node " + change.node(),
                        shown(change.before()),
                        shown(change.after()));
        };
    }

    /** Whether it concerns a node or an edge as a whole. */
    private static boolean whole(Change change) {
        return change.field().isEmpty();
    }

    private static String what(Change change, @Nullable JsonNode element) {
        if (change.node() != null) {
            return "node " + change.node() + (whole(change) ? kind(element) : ": " + change.field());
        }
        if (change.edge() != null) {
            return "edge " + change.edge() + (whole(change) ? way(element) : ": " + change.field());
        }
        return whole(change) ? "document" : change.field();
    }

    private static String kind(@Nullable JsonNode node) {
        return node == null ? "" : " (" + node.path("kind").asString("no kind") + ")";
    }

    private static String way(@Nullable JsonNode edge) {
        return edge == null
                ? ""
                : " (" + edge.path("from").asString("?") + " → "
                        + edge.path("to").asString("?") + ", "
                        + edge.path("link").path("mode").asString("TEXT") + ")";
    }

    private static String shown(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : value.toString();
    }
}
