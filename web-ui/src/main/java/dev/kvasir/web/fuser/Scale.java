package dev.kvasir.web.fuser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis: where a value stands between two edges, and round numbers to mark on it.
 *
 * @param low value at {@code from}
 * @param from in the picture's units
 */
record Scale(double low, double high, double from, double to, double step) {

    /** An axis that begins and ends at round numbers around what is shown. */
    static Scale around(double least, double most, double from, double to, int marks) {
        double span = most > least ? most - least : Math.max(1e-9, Math.abs(most));
        double step = roundStep(span / marks);
        double low = Math.floor(least / step) * step;
        double high = Math.ceil(most / step) * step;
        return new Scale(low, high > low ? high : low + step, from, to, step);
    }

    /** An axis from one whole number to another, with round numbers marked. */
    static Scale whole(int least, int most, double from, double to, int marks) {
        double step = Math.max(1, roundStep((most - least) / (double) marks));
        return new Scale(least, Math.max(most, least + 1), from, to, step);
    }

    private static double roundStep(double raw) {
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double times = raw / power;
        double round = times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10;
        return round * power;
    }

    /** Where a value stands, to a tenth of the picture's units. */
    double at(double value) {
        double place = from + (value - low) / (high - low) * (to - from);
        return Math.round(place * 10) / 10.0;
    }

    /** The round numbers within the axis. */
    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            marks.add(i * step);
        }
        return marks;
    }

    /** A mark as text, with as many decimals as the step has. */
    String label(double mark) {
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", mark);
    }
}
