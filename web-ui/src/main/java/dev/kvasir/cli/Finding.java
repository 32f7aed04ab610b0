package dev.kvasir.cli;

/**
 * What one check found.
 *
 * @param cure what to do; empty if nothing is to be done
 */
record Finding(Verdict verdict, String name, String text, String cure) {

    /** How bad it is. */
    enum Verdict {
        OK("ok"),
        WARN("warn"),
        FAIL("FAIL");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }
    }

    static Finding ok(String name, String text) {
        return new Finding(Verdict.OK, name, text, "");
    }

    static Finding warn(String name, String text, String cure) {
        return new Finding(Verdict.WARN, name, text, cure);
    }

    static Finding fail(String name, String text, String cure) {
        return new Finding(Verdict.FAIL, name, text, cure);
    }

    String line() {
        String line = "%-4s  %-10s  %s".formatted(verdict.label, name, text);
        return cure.isEmpty() ? line : line + "  → " + cure;
    }
}
