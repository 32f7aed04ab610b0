package dev.kvasir.web;

import java.util.Locale;

/** Writes numbers and names as pages show them. */
public final class Shown {

    private Shown() {}

    /** A duration such as {@code 1.24 s}, or {@code 38 ms} below a tenth of a second. */
    public static String time(long ms) {
        if (ms < 100) {
            return ms + " ms";
        }
        return ms < 120_000
                ? String.format(Locale.ROOT, "%.2f s", ms / 1000.0)
                : String.format(Locale.ROOT, "%d min %02d s", ms / 60_000, ms / 1000 % 60);
    }

    /** A size such as {@code 1.2 MiB}. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    /** The first eight digits of a version's digest. */
    public static String version(String id) {
        String digits = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
        return digits.length() <= 8 ? digits : digits.substring(0, 8);
    }
}
