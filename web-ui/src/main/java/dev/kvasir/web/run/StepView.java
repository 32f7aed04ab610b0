package dev.kvasir.web.run;

import dev.kvasir.run.StepMetrics;
import dev.kvasir.run.StepRecord;
import dev.kvasir.web.Mark;
import dev.kvasir.web.Shown;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent's step: what it read, what it wrote, what that took.
 *
 * @param iteration which round of a loop, such as {@code loop[2]}; empty for the first
 * @param prompt its messages, oldest first
 * @param text what it wrote so far
 * @param facts device, times and tokens, one a line
 * @param silence why there is no text, in a sentence; null if there is
 */
public record StepView(
        String node,
        String iteration,
        String model,
        Mark mark,
        int attempts,
        List<StepRecord.PromptTurn> prompt,
        String text,
        boolean isLive,
        @Nullable String silence,
        @Nullable String fault,
        List<Fact> facts) {

    public StepView {
        prompt = List.copyOf(prompt);
        facts = List.copyOf(facts);
    }

    /**
     * A number and its name.
     *
     * @param exact for those who want it in full
     */
    public record Fact(String name, String value, String exact) {}

    static StepView of(StepRecord step, String model) {
        String text = step.text() == null ? "" : step.text();
        return new StepView(
                step.node(),
                step.iteration(),
                model,
                Mark.of(step.state().name()),
                step.attempts(),
                step.messages(),
                text,
                !step.state().isFinal(),
                silence(step, text),
                step.error() == null
                        ? null
                        : step.error().code() + ": " + step.error().detail(),
                step.metrics() == null ? List.of() : facts(step, step.metrics()));
    }

    private static @Nullable String silence(StepRecord step, String text) {
        if (!text.isEmpty()) {
            return null;
        }
        if (!step.state().isFinal()) {
            return "Nothing yet.";
        }
        return step.state().hasResult()
                ? "Nothing was decoded: only its KV cache was handed over."
                : "It wrote nothing.";
    }

    private static List<Fact> facts(StepRecord step, StepMetrics metrics) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                "Time", Shown.time(metrics.workMs()), metrics.workMs() + " ms, " + metrics.queueMs() + " ms waited"));
        if (metrics.firstTokenMs() > 0) {
            facts.add(new Fact("First token", Shown.time(metrics.firstTokenMs()), metrics.firstTokenMs() + " ms"));
        }
        facts.add(new Fact(
                "Tokens read", String.valueOf(metrics.promptTokens()), metrics.reusedTokens() + " from a cache"));
        facts.add(new Fact(
                "Tokens written",
                String.valueOf(metrics.generatedTokens()),
                step.finishReason() == null ? "" : "ended by " + step.finishReason()));
        if (metrics.avoidedTokens() > 0) {
            facts.add(new Fact(
                    "Tokens avoided", String.valueOf(metrics.avoidedTokens()), "basis " + metrics.avoidedBasis()));
        }
        if (metrics.cacheBytes() > 0) {
            facts.add(new Fact("Cache", Shown.bytes(metrics.cacheBytes()), metrics.cacheBytes() + " bytes"));
        }
        facts.add(new Fact("Device", metrics.device(), metrics.dtype() + ", " + metrics.profile()));
        return facts;
    }
}
