package dev.kvasir.fuzzing;

import java.nio.file.Path;

/** What Jazzer calls, in a process of its own: {@code kvasir.fuzz.reader} reads in {@code kvasir.fuzz.folder}. */
public final class CoverageTarget {

    private static final ForeignReader READER = ForeignReader.valueOf(System.getProperty("kvasir.fuzz.reader", ""));
    private static final Path FOLDER = Path.of(System.getProperty("kvasir.fuzz.folder", ""));
    private static final Judge JUDGE = READER.judge();
    private static final int WARM = 100;

    private static long inputs;
    private static long openAtFirst;

    private CoverageTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        JUDGE.judge(input, bytes -> READER.read(FOLDER, bytes)).ifPresent(finding -> {
            throw new AssertionError(READER.shown() + " " + finding.what(), finding.thrown());
        });
        if (inputs++ == WARM) {
            openAtFirst = Judge.openFiles();
        }
        if (inputs > WARM && Judge.openFiles() - openAtFirst > Judge.MAX_OPEN_FILES) {
            throw new AssertionError(READER.shown() + " leaves files open");
        }
    }
}
