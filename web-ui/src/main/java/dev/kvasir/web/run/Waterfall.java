package dev.kvasir.web.run;

import dev.kvasir.run.StepMetrics;
import dev.kvasir.run.StepRecord;
import dev.kvasir.web.Mark;
import dev.kvasir.web.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's time went: a row per step, bars by phase on one axis.
 *
 * @param ticks of the axis
 */
public record Waterfall(List<Row> rows, List<Tick> ticks, int height) {

    static final int WIDTH = 1000;
    private static final int LABEL = 150;
    private static final int ROW = 30;
    private static final int AXIS = 24;

    public Waterfall {
        rows = List.copyOf(rows);
        ticks = List.copyOf(ticks);
    }

    /**
     * A step.
     *
     * @param y top of its bars
     * @param phases every phase, those without time included
     */
    public record Row(String node, Mark mark, int y, List<Bar> bars, List<Phase> phases, String total, long totalMs) {

        public Row {
            bars = List.copyOf(bars);
            phases = List.copyOf(phases);
        }
    }

    /** A bar; its numbers are in the viewBox of 1000 units. */
    public record Bar(String phase, double x, double width, String title) {}

    /** A line of the axis. */
    public record Tick(double x, String label) {}

    /** A phase and its time. */
    public record Phase(String name, long ms) {}

    static Waterfall of(List<StepRecord> steps, @Nullable Instant start) {
        List<StepRecord> timed =
                steps.stream().filter(step -> step.metrics() != null).toList();
        long end = 1;
        for (StepRecord step : timed) {
            end = Math.max(end, offset(step, start) + spent(step));
        }
        List<Row> rows = new ArrayList<>();
        for (StepRecord step : timed) {
            rows.add(row(step, offset(step, start), end, rows.size()));
        }
        return new Waterfall(rows, ticks(end), AXIS + rows.size() * ROW);
    }

    private static long offset(StepRecord step, @Nullable Instant start) {
        Instant ready = step.readyAt() == null ? step.startedAt() : step.readyAt();
        return start == null || ready == null
                ? 0
                : Math.max(0, Duration.between(start, ready).toMillis());
    }

    private static long spent(StepRecord step) {
        return phases(step.metrics()).stream().mapToLong(Phase::ms).sum();
    }

    private static Row row(StepRecord step, long offset, long end, int index) {
        List<Phase> phases = phases(step.metrics());
        List<Bar> bars = new ArrayList<>();
        double scale = (WIDTH - LABEL - 10) / (double) end;
        double x = LABEL + offset * scale;
        for (Phase phase : phases) {
            if (phase.ms() > 0) {
                double width = Math.max(1.5, phase.ms() * scale);
                bars.add(new Bar(phase.name(), rounded(x), rounded(width), phase.name() + ": " + phase.ms() + " ms"));
                x += phase.ms() * scale;
            }
        }
        long total = step.metrics() == null ? 0 : step.metrics().totalMs();
        return new Row(
                step.node(), Mark.of(step.state().name()), AXIS + index * ROW, bars, phases, Shown.time(total), total);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static List<Phase> phases(@Nullable StepMetrics metrics) {
        if (metrics == null) {
            return List.of();
        }
        return List.of(
                new Phase("queue", metrics.queueMs()),
                new Phase("load", metrics.loadMs()),
                new Phase("prefill", metrics.prefillMs()),
                new Phase("align", metrics.alignMs()),
                new Phase("project", metrics.projectMs()),
                new Phase("fuse", metrics.fuseMs()),
                new Phase("copy", metrics.copyMs()),
                new Phase("decode", metrics.decodeMs()),
                new Phase("tool", metrics.toolMs()));
    }

    private static List<Tick> ticks(long end) {
        long step = 1;
        for (long factor = 1; end / step > 6; ) {
            step = step == factor ? factor * 2 : step == factor * 2 ? factor * 5 : factor * 10;
            factor = step == factor * 10 ? step : factor;
        }
        List<Tick> ticks = new ArrayList<>();
        double scale = (WIDTH - LABEL - 10) / (double) end;
        for (long at = 0; at <= end; at += step) {
            ticks.add(new Tick(rounded(LABEL + at * scale), at == 0 ? "0" : Shown.time(at)));
        }
        return ticks;
    }
}
