package dev.kvasir.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A step as it is now.
 *
 * @param island number of its island within the run; absent for input and output
 * @param worker name of the worker that has or had it last
 * @param text what the node wrote; absent when it wrote nothing
 * @param truncated whether {@code text} was cut at 1 MB
 * @param json what the node left behind as JSON: the value of an input, output, router, join, vote, map or subgraph, the values of a
 *     person's answer, and what an agent wrote that was asked for JSON
 * @param ports by which it was left; empty until it has ended, and where nothing goes on
 * @param reusedFrom the step of an earlier run whose result it has
 * @param edited whether its result was put in by hand
 * @param messages the prompt, oldest turn first
 * @param metrics absent until it is committed
 */
public record StepRecord(
        StepId id,
        RunId runId,
        String node,
        String iteration,
        StepState state,
        int attempts,
        @Nullable Integer island,
        @Nullable String worker,
        @Nullable StepFault error,
        @Nullable Instant readyAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String finishReason,
        @Nullable String text,
        boolean truncated,
        @Nullable JsonNode json,
        List<String> ports,
        @Nullable StepId reusedFrom,
        boolean edited,
        @Nullable String promptSha256,
        List<PromptTurn> messages,
        @Nullable StepMetrics metrics) {

    public StepRecord {
        messages = List.copyOf(messages);
        ports = List.copyOf(ports);
    }

    /**
     * One turn of a prompt.
     *
     * @param role {@code system}, {@code user} or {@code assistant}
     */
    public record PromptTurn(String role, String content) {}
}
