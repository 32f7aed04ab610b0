package dev.kvasir.tool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A path into JSON: names, indices, slices, wildcards and descent of RFC 9535. */
final class JsonPath {

    private static final int MAX_STEPS = 50;
    private static final int MAX_FOUND = 10_000;
    private static final Pattern STEP = Pattern.compile(
            "(\\.\\.|\\.|)(?:([A-Za-z_\\u0080-\\uffff][\\w\\u0080-\\uffff-]*)|(\\*)"
                    + "|\\[\\s*(?:'([^']*)'|\"([^\"]*)\"|(\\*)|(-?\\d{1,9})|(-?\\d{1,9})?\\s*:\\s*(-?\\d{1,9})?)\\s*])");

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** One step down, or of a descent any number of them. */
    private record Step(boolean descends, Selector selector) {}

    private sealed interface Selector {

        record Name(String name) implements Selector {}

        record Index(int index) implements Selector {}

        record Slice(int start, int end) implements Selector {}

        record All() implements Selector {}
    }

    /** @throws IllegalArgumentException saying where it cannot be read */
    static JsonPath parse(String path) {
        String text = path.strip();
        if (!text.startsWith("$")) {
            throw new IllegalArgumentException("A path begins with $, such as $.items[0].name.");
        }
        Matcher matcher = STEP.matcher(text);
        List<Step> steps = new ArrayList<>();
        int place = 1;
        while (place < text.length()) {
            if (!matcher.region(place, text.length()).lookingAt() || !isStep(matcher) || steps.size() == MAX_STEPS) {
                throw new IllegalArgumentException("The path cannot be read at character " + (place + 1)
                        + ". Use names, [0], [1:3], [*] and .. only.");
            }
            steps.add(new Step(matcher.group(1).equals(".."), selector(matcher)));
            place = matcher.end();
        }
        return new JsonPath(steps);
    }

    /** A bare name needs a dot, brackets need none. */
    private static boolean isStep(Matcher step) {
        boolean isBare = step.group(2) != null || step.group(3) != null;
        return isBare ? !step.group(1).isEmpty() : !step.group(1).equals(".");
    }

    private static Selector selector(Matcher step) {
        for (int name : new int[] {2, 4, 5}) {
            if (step.group(name) != null) {
                return new Selector.Name(step.group(name));
            }
        }
        if (step.group(3) != null || step.group(6) != null) {
            return new Selector.All();
        }
        if (step.group(7) != null) {
            return new Selector.Index(Integer.parseInt(step.group(7)));
        }
        int start = step.group(8) == null ? 0 : Integer.parseInt(step.group(8));
        int end = step.group(9) == null ? Integer.MAX_VALUE : Integer.parseInt(step.group(9));
        return new Selector.Slice(start, end);
    }

    /** @throws IllegalArgumentException if it finds too much */
    List<JsonNode> select(JsonNode root) {
        List<JsonNode> here = List.of(root);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : step.descends() ? below(here) : here) {
                select(node, step.selector(), next);
                requireFew(next);
            }
            here = next;
        }
        return here;
    }

    private static List<JsonNode> below(List<JsonNode> roots) {
        List<JsonNode> all = new ArrayList<>();
        Deque<JsonNode> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            JsonNode node = open.pop();
            all.add(node);
            requireFew(all);
            List<JsonNode> children = List.copyOf(node.values());
            children.reversed().forEach(open::push);
        }
        return all;
    }

    private static void select(JsonNode node, Selector selector, List<JsonNode> found) {
        switch (selector) {
            case Selector.Name(String name) -> {
                if (node.isObject() && node.has(name)) {
                    found.add(node.get(name));
                }
            }
            case Selector.Index(int index) -> {
                int at = index < 0 ? node.size() + index : index;
                if (node.isArray() && at >= 0 && at < node.size()) {
                    found.add(node.get(at));
                }
            }
            case Selector.Slice(int start, int end) -> {
                int from = Math.max(0, start < 0 ? node.size() + start : start);
                int to = Math.min(node.size(), end < 0 ? node.size() + end : end);
                for (int i = from; node.isArray() && i < to; i++) {
                    found.add(node.get(i));
                }
            }
            case Selector.All() -> found.addAll(node.values());
        }
    }

    private static void requireFew(List<JsonNode> found) {
        if (found.size() > MAX_FOUND) {
            throw new IllegalArgumentException(
                    "The path finds more than " + MAX_FOUND + " values. Use a narrower one.");
        }
    }
}
