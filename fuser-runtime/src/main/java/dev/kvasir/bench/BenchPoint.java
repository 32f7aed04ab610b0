package dev.kvasir.bench;

import java.util.ArrayList;
import java.util.List;

/** Something that is measured: reading a prompt, or decoding behind one. */
public sealed interface BenchPoint {

    /** Reads a prompt of so many tokens into an empty cache. */
    record Prefill(int tokens) implements BenchPoint {}

    /** Decodes one token of each row behind {@code context} tokens. */
    record Decode(int context, int rows) implements BenchPoint {}

    /** All points that are measured, those left out whose tokens the model cannot hold. */
    static List<BenchPoint> all(int contextLength) {
        List<BenchPoint> points = new ArrayList<>();
        for (int tokens : new int[] {64, 512, 2048}) {
            if (tokens <= contextLength) {
                points.add(new Prefill(tokens));
            }
        }
        for (int context : new int[] {64, 1024}) {
            for (int rows : new int[] {1, 4, 8, 16}) {
                if (context + DecodeRun.STEPS <= contextLength) {
                    points.add(new Decode(context, rows));
                }
            }
        }
        return points;
    }

    /** Like {@code prefill 512} or {@code decode 64 x8}. */
    default String label() {
        return switch (this) {
            case Prefill(int tokens) -> "prefill " + tokens;
            case Decode(int context, int rows) -> "decode " + context + " x" + rows;
        };
    }
}
