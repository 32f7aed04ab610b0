package dev.kvasir.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * One run of a comparison.
 *
 * @param mode the mode that was asked for
 * @param effectiveMode the mode the edge ran in
 * @param reason why, where it differs
 * @param firstTokenMs from the run's first step to the first token of the step that feeds the output
 * @param avoidedTokens what the sharer would have decoded under TEXT, as the server counts it
 */
record Comparison(
        String mode,
        String run,
        String state,
        String effectiveMode,
        String reason,
        String answer,
        long firstTokenMs,
        long totalMs,
        long promptTokens,
        long generatedTokens,
        long avoidedTokens,
        long cacheBytes) {

    private static final int WIDTH = 38;

    static Comparison of(String mode, String edge, JsonNode run, JsonNode steps, JsonNode edges) {
        String effective = mode;
        String reason = "";
        for (JsonNode record : edges) {
            if (record.path("edge").asString().equals(edge)) {
                effective = record.path("effectiveMode").asString(mode);
                reason = record.path("reasonText").asString("");
            }
        }
        String answer = run.path("output").isObject()
                ? run.path("output").properties().stream()
                        .map(Map.Entry::getValue)
                        .map(value -> value.asString())
                        .collect(Collectors.joining("\n"))
                : run.path("error").path("detail").asString("");
        return new Comparison(
                mode,
                run.path("id").asString(),
                run.path("state").asString(),
                effective,
                reason,
                answer,
                firstToken(steps),
                run.path("latencyMs").asLong(),
                run.path("promptTokens").asLong(),
                run.path("generatedTokens").asLong(),
                run.path("avoidedTokens").asLong(),
                run.path("cacheBytes").asLong());
    }

    /** Whole steps before the last one that decoded, and that one's own time to its first token. */
    private static long firstToken(JsonNode steps) {
        long before = 0;
        long first = 0;
        long passed = 0;
        for (JsonNode step : steps) {
            if (step.path("generatedTokens").asLong() > 0) {
                before = passed;
                first = step.path("firstTokenMs").asLong();
            }
            passed += step.path("totalMs").asLong() - step.path("queueMs").asLong();
        }
        return before + first;
    }

    static List<String> table(List<Comparison> comparisons) {
        List<String> lines = new ArrayList<>();
        lines.add(row("", comparisons, Comparison::mode));
        lines.add(row("ran as", comparisons, done -> done.effectiveMode));
        lines.add(row("state", comparisons, done -> done.state.toLowerCase(Locale.ROOT)));
        lines.add(row("first token", comparisons, done -> seconds(done.firstTokenMs)));
        lines.add(row("total", comparisons, done -> seconds(done.totalMs)));
        lines.add(row("prompt tokens", comparisons, done -> String.valueOf(done.promptTokens)));
        lines.add(row("generated", comparisons, done -> String.valueOf(done.generatedTokens)));
        lines.add(row("avoided", comparisons, done -> String.valueOf(done.avoidedTokens)));
        lines.add(row("cache bytes", comparisons, done -> Bytes.readable(done.cacheBytes)));
        lines.add("");
        lines.addAll(sideBySide(comparisons));
        for (Comparison done : comparisons) {
            if (!done.reason.isEmpty() && !done.effectiveMode.equals(done.mode)) {
                lines.add("");
                lines.add(done.mode + " ran as " + done.effectiveMode + ": " + done.reason);
            }
        }
        return lines;
    }

    private static String row(String name, List<Comparison> comparisons, Function<Comparison, String> cell) {
        StringBuilder row = new StringBuilder("%-14s".formatted(name));
        comparisons.forEach(done -> row.append(pad(cell.apply(done))));
        return row.toString().stripTrailing();
    }

    private static List<String> sideBySide(List<Comparison> comparisons) {
        List<List<String>> columns =
                comparisons.stream().map(done -> wrap(done.answer)).toList();
        int height = columns.stream().mapToInt(List::size).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < height; line++) {
            StringBuilder row = new StringBuilder("%-14s".formatted(line == 0 ? "answer" : ""));
            for (List<String> column : columns) {
                row.append(pad(line < column.size() ? column.get(line) : ""));
            }
            lines.add(row.toString().stripTrailing());
        }
        return lines;
    }

    private static String pad(String text) {
        return " ".repeat(2) + text + " ".repeat(Math.max(0, WIDTH - text.length()));
    }

    private static List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.strip().split("\n", -1)) {
            String rest = paragraph;
            while (rest.length() > WIDTH) {
                int blank = rest.lastIndexOf(' ', WIDTH);
                int cut = blank > 0 ? blank : WIDTH;
                lines.add(rest.substring(0, cut));
                rest = rest.substring(cut).stripLeading();
            }
            lines.add(rest);
        }
        return lines;
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }
}
