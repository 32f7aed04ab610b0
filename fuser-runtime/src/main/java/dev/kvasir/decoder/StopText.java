package dev.kvasir.decoder;

import java.util.List;

/** Lets text through until a stop string appears, holding back what may still become one. */
final class StopText {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    StopText(List<String> stops) {
        this.stops = stops;
    }

    /** What can be shown after this piece of text. */
    String next(String piece) {
        if (stopped) {
            return "";
        }
        held.append(piece);
        int hit = firstHit();
        if (hit >= 0) {
            stopped = true;
            return release(hit);
        }
        return release(held.length() - possibleStart());
    }

    /** What was held back in vain. */
    String end() {
        return stopped ? "" : release(held.length());
    }

    boolean stopped() {
        return stopped;
    }

    private int firstHit() {
        return stops.stream()
                .mapToInt(held::indexOf)
                .filter(index -> index >= 0)
                .min()
                .orElse(-1);
    }

    /** Length of the longest end of the held text that begins a stop string. */
    private int possibleStart() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }
}
