package dev.kvasir.grammar;

import java.util.ArrayList;
import java.util.List;

/** What may come next, and where that leads. */
final class Arcs {

    /** Any of a range of code points. */
    record Arc(int first, int last, Stack target) {}

    private final List<Arc> arcs = new ArrayList<>();
    private boolean isWhole;

    void add(int first, int last, Stack target) {
        arcs.add(new Arc(first, last, target));
    }

    void add(int codePoint, Stack target) {
        add(codePoint, codePoint, target);
    }

    void add(CharSet set, Stack target) {
        for (int range = 0; range < set.ranges(); range++) {
            add(set.first(range), set.last(range), target);
        }
    }

    /** The value may end here. */
    void end() {
        isWhole = true;
    }

    boolean isWhole() {
        return isWhole;
    }

    List<Arc> all() {
        return arcs;
    }
}
