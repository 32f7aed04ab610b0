package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import java.time.Duration;
import java.util.List;

/**
 * What a reply had to do with tools.
 *
 * @param asked calls that the reply ends with, not made yet; empty once it is whole
 * @param made calls that were made on the way to it, in order
 */
public record Tooling(List<ToolCall> asked, List<Made> made) {

    public static final Tooling NONE = new Tooling(List.of(), List.of());

    public Tooling {
        asked = List.copyOf(asked);
        made = List.copyOf(made);
    }

    /**
     * A call that was made.
     *
     * @param tool its full name; as the model called it if there is no such tool
     */
    public record Made(String tool, Duration time, boolean isError) {}

    /** How long all calls took. */
    public Duration time() {
        return made.stream().map(Made::time).reduce(Duration.ZERO, Duration::plus);
    }

    static Tooling asking(List<ToolCall> calls) {
        return new Tooling(calls, List.of());
    }
}
