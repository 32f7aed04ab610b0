package dev.kvasir.tool;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What one agent may call, and how often it may come back for more. Safe for several threads. */
public final class ToolOffer {

    /** Nothing to call. */
    public static final ToolOffer NONE = new ToolOffer(Map.of(), 0, new ToolCaller(Duration.ofSeconds(1)));

    private final Map<String, Offered> tools;
    private final int maxRounds;
    private final ToolCaller caller;

    /** @param tools by the names that the model is told */
    ToolOffer(Map<String, Offered> tools, int maxRounds, ToolCaller caller) {
        this.tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
        this.maxRounds = maxRounds;
        this.caller = caller;
    }

    /** A tool under its full name. */
    record Offered(String name, Tool tool) {}

    /** The full name of what a model calls by the name it was told; that one, shortened, if it was not told it. */
    public String fullName(String told) {
        Offered offered = tools.get(told);
        return offered == null ? ToolCaller.shortened(told) : offered.name();
    }

    public boolean isEmpty() {
        return tools.isEmpty();
    }

    /** How many times the model may call before it has to answer. */
    public int maxRounds() {
        return maxRounds;
    }

    /** What the model is told, in the graph's order. */
    public List<ToolSpecification> specifications() {
        return tools.entrySet().stream()
                .map(tool -> tool.getValue().tool().specification().named(tool.getKey()))
                .toList();
    }

    /**
     * Does what a model asked for. What is wrong with the call is an answer to the model, which may mend it.
     *
     * @param cancelled asked often; when true the call is interrupted
     * @throws ToolCancelledException if it was cancelled
     */
    public ToolResult call(ToolCall call, BooleanSupplier cancelled) {
        if (call.name().isBlank()) {
            return ToolResult.failed(
                    "The call cannot be read. Write its name and a JSON object of arguments. The tools are: %s."
                            .formatted(String.join(", ", tools.keySet())));
        }
        Offered offered = tools.get(call.name());
        if (offered == null) {
            return ToolResult.denied("There is no tool '%s'. The tools are: %s."
                    .formatted(ToolCaller.shortened(call.name()), String.join(", ", tools.keySet())));
        }
        return caller.call(offered.tool(), call.arguments(), cancelled);
    }
}
