package dev.kvasir.web.run;

import dev.kvasir.run.RunRecord;
import dev.kvasir.web.Mark;
import dev.kvasir.web.Shown;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run in one line.
 *
 * @param modes the modes of its cache edges; {@code TEXT} if it has none
 * @param answer its output as text; null until there is one
 */
public record RunSummary(
        String id,
        String shortId,
        Mark mark,
        boolean isDegraded,
        boolean isFinal,
        String graph,
        int version,
        String hash,
        String modes,
        String created,
        String question,
        @Nullable String answer,
        @Nullable String fault,
        @Nullable String pairedWith,
        List<Total> totals) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    public RunSummary {
        totals = List.copyOf(totals);
    }

    /**
     * A number of the run, by the name that the API gives it.
     *
     * @param field of the run record
     * @param exact the number as the API has it
     */
    public record Total(String field, String name, String value, long exact, String unit) {

        static Total time(String field, String name, long ms) {
            return new Total(field, name, Shown.time(ms), ms, "ms");
        }

        static Total count(String field, String name, long count) {
            return new Total(field, name, String.valueOf(count), count, "tokens");
        }
    }

    /** The run's line. */
    public static RunSummary of(RunRecord run) {
        String id = run.id().toString();
        return new RunSummary(
                id,
                id.substring(id.length() - 8),
                Mark.of(run.state().name()),
                run.degraded(),
                run.state().isFinal(),
                run.graph(),
                run.version(),
                Shown.version(run.versionId()),
                modes(run),
                TIME.format(run.createdAt()),
                text(run.input()),
                run.output() == null ? null : text(run.output()),
                run.error() == null
                        ? null
                        : run.error().code() + ": " + run.error().detail(),
                run.pairedWith() == null ? null : run.pairedWith().toString(),
                totals(run));
    }

    private static String modes(RunRecord run) {
        TreeSet<String> modes = new TreeSet<>(run.effectiveModes().values());
        if (modes.size() > 1) {
            modes.remove("TEXT");
        }
        return modes.isEmpty() ? "TEXT" : String.join(", ", modes);
    }

    /** The only value of an object as it is; several with their names. */
    static String text(JsonNode object) {
        List<String> lines = new ArrayList<>();
        for (var property : object.properties()) {
            JsonNode value = property.getValue();
            String text = value.isString() ? value.stringValue() : value.toString();
            lines.add(object.size() == 1 ? text : property.getKey() + ": " + text);
        }
        return object.isObject() ? String.join("\n", lines) : object.toString();
    }

    private static List<Total> totals(RunRecord run) {
        var totals = run.totals();
        return List.of(
                Total.time("wallMs", "Total time", totals.wallMs()),
                Total.time("firstTokenMs", "First token", totals.firstTokenMs()),
                Total.time("latencyMs", "In steps", totals.latencyMs()),
                Total.count("promptTokens", "Tokens read", totals.promptTokens()),
                Total.count("generatedTokens", "Tokens written", totals.generatedTokens()),
                Total.count("avoidedTokens", "Tokens avoided", totals.avoidedTokens()),
                new Total("cacheBytes", "Cache", Shown.bytes(totals.cacheBytes()), totals.cacheBytes(), "bytes"));
    }
}
