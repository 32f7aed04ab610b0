package dev.kvasir.tool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Every tool there is. Which of them an agent may call is its graph's to say; nothing that a model or a tool writes adds to that.
 *
 * <p>Safe for several threads.
 */
public final class Toolbox {

    /** Nothing to call. */
    public static final Toolbox EMPTY = new Toolbox(List.of(), ToolSettings.DEFAULT_TIMEOUT);

    private final List<ToolSource> sources;
    private final ToolCaller caller;

    /** @param timeout of one call */
    public Toolbox(List<ToolSource> sources, Duration timeout) {
        this.sources = List.copyOf(sources);
        this.caller = new ToolCaller(timeout);
    }

    /** Full names of all there are now, sorted. */
    public List<String> names() {
        return sources.stream()
                .flatMap(source -> source.names().stream())
                .sorted()
                .toList();
    }

    /** Finds a tool by its full name. */
    public Optional<Tool> find(String name) {
        return sources.stream().flatMap(source -> source.find(name).stream()).findFirst();
    }

    /**
     * What one agent may call.
     *
     * @param names full names
     * @throws ToolUnknownException if there is no such tool any more
     */
    public ToolOffer offer(List<String> names, int maxRounds) {
        Map<String, ToolOffer.Offered> tools = new LinkedHashMap<>();
        for (String name : names) {
            String told = ToolNames.told(name);
            tools.put(
                    tools.containsKey(told) ? ToolNames.toldInFull(name) : told,
                    new ToolOffer.Offered(name, require(name)));
        }
        return new ToolOffer(tools, maxRounds, caller);
    }

    /**
     * Calls a tool by its full name, as a graph's node does.
     *
     * @param arguments a JSON object
     * @param cancelled asked often; when true the call is interrupted
     * @throws ToolUnknownException if there is no such tool any more
     * @throws ToolCancelledException if it was cancelled
     */
    public ToolResult call(String name, String arguments, BooleanSupplier cancelled) {
        return caller.call(require(name), arguments, cancelled);
    }

    /**
     * Arguments as a graph's templates wrote them: where the tool's schema asks for something else than a string, the text is read
     * as JSON, if it is any.
     *
     * @return a JSON object
     * @throws ToolUnknownException if there is no such tool any more
     */
    public String arguments(String name, Map<String, String> filled) {
        return Arguments.typed(require(name).specification(), filled).toString();
    }

    private Tool require(String name) {
        return find(name).orElseThrow(() -> new ToolUnknownException(name));
    }
}
