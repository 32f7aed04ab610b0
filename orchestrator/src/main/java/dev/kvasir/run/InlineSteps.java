package dev.kvasir.run;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.kvasir.graph.Composition;
import dev.kvasir.graph.Conditions;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Said;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Computes the nodes that need no worker: outputs, routers, joins and votes. Pure functions of a chart. */
final class InlineSteps {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private InlineSteps() {}

    /**
     * What such a node leaves behind.
     *
     * @param text null when it leaves none
     * @param value as its step record shows it
     * @param ports by which the run goes on
     */
    record Left(@Nullable String text, JsonNode value, List<String> ports) {}

    static Left output(Node.Output output, RunValues values) {
        ObjectNode value = JSON.objectNode();
        Composition.outputs(output, values.named()).forEach(value::put);
        return new Left(null, value, List.of());
    }

    static Left router(Chart chart, Node.Router router, RunValues values) {
        List<String> ports = Conditions.ports(chart.graph(), router, values.named());
        ObjectNode value = JSON.objectNode();
        ArrayNode taken = value.putArray("ports");
        ports.forEach(taken::add);
        return new Left(null, value, ports);
    }

    /** @param came the edges by which something has come, in the document's order */
    static Left join(Node.Join join, List<Edge> came, RunValues values) {
        Map<NodeId, Said> said = said(came, values);
        return switch (join.merge()) {
            case OBJECT -> {
                ObjectNode object = JSON.objectNode();
                said.forEach((sender, what) -> object.set(sender.value(), json(what)));
                yield left(object);
            }
            case LIST -> {
                ArrayNode list = JSON.arrayNode();
                said.values().forEach(what -> list.add(json(what)));
                yield left(list);
            }
            case CONCAT -> {
                String text = String.join(
                        "\n\n", said.values().stream().map(InlineSteps::text).toList());
                yield new Left(text, JSON.stringNode(text), List.of(Edge.OUT));
            }
        };
    }

    private static Left left(JsonNode value) {
        return new Left(value.toString(), value, List.of(Edge.OUT));
    }

    /** What came, by its senders; two edges from one of them bring it once. */
    private static Map<NodeId, Said> said(List<Edge> came, RunValues values) {
        Map<NodeId, Said> said = new LinkedHashMap<>();
        for (Edge edge : came) {
            said.put(edge.from(), values.said().getOrDefault(edge.from(), new Said(null, null, null)));
        }
        return said;
    }

    private static JsonNode json(Said said) {
        JsonNode json = said.json();
        if (json != null) {
            return json;
        }
        Said.Failure failure = said.failure();
        if (failure != null) {
            ObjectNode value = JSON.objectNode();
            value.putObject("error").put("code", failure.code()).put("detail", failure.detail());
            return value;
        }
        return said.text() == null ? JSON.nullNode() : JSON.stringNode(said.text());
    }

    private static String text(Said said) {
        if (said.text() != null) {
            return said.text();
        }
        JsonNode json = json(said);
        return json.isNull() ? "" : json.toString();
    }

    /**
     * Counts.
     *
     * @return what was decided; a fault if nobody votes, or two have the most votes and that is not to be
     */
    static Counted vote(Node.Vote vote, List<Edge> came, RunValues values) {
        Map<String, Double> votes = new LinkedHashMap<>();
        ObjectNode by = JSON.objectNode();
        said(came, values)
                .forEach((sender, said) -> extracted(vote, text(said)).ifPresent(choice -> {
                    votes.merge(choice, vote.weights().getOrDefault(sender.value(), 1.0), Double::sum);
                    by.put(sender.value(), choice);
                }));
        double most = votes.values().stream().mapToDouble(count -> count).max().orElse(0);
        List<String> first = votes.entrySet().stream()
                .filter(entry -> entry.getValue() >= most)
                .map(Map.Entry::getKey)
                .toList();
        if (first.isEmpty() || (first.size() > 1 && vote.tie() == Node.Tie.FAIL)) {
            return new Counted(null, undecided(vote, first));
        }
        ObjectNode value = JSON.objectNode().put("winner", first.getFirst());
        ObjectNode counts = value.putObject("votes");
        votes.forEach(counts::put);
        value.set("by", by);
        return new Counted(new Left(first.getFirst(), value, List.of(Edge.OUT)), null);
    }

    /** One of both. */
    record Counted(@Nullable Left left, @Nullable StepFault fault) {}

    private static StepFault undecided(Node.Vote vote, List<String> first) {
        String detail = first.isEmpty()
                ? "Vote '" + vote.id()
                        + "' has nothing to count: none of its senders said anything that 'extract' finds."
                : "Vote '" + vote.id() + "' is tied between " + String.join(" and ", shortened(first))
                        + ". Use \"tie\": \"FIRST\", weights, or an odd number of senders.";
        return new StepFault("CONDITION_FAILED", detail, false, vote.id().value());
    }

    private static List<String> shortened(List<String> choices) {
        List<String> shown = new ArrayList<>();
        choices.stream()
                .limit(5)
                .forEach(choice ->
                        shown.add("'" + (choice.length() > 80 ? choice.substring(0, 80) + "…" : choice) + "'"));
        return shown;
    }

    private static Optional<String> extracted(Node.Vote vote, String text) {
        String pattern = vote.extract();
        if (pattern == null) {
            String whole = text.strip();
            return whole.isEmpty() ? Optional.empty() : Optional.of(whole);
        }
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String found = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
        return Optional.ofNullable(found);
    }
}
