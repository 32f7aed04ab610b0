package dev.kvasir.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An automaton over code points that is always in one state, and from every state of which an end can be reached. */
final class CharDfa {

    static final int START = 0;
    static final int NOWHERE = -1;

    private static final int MOST_STATES = 20_000;

    /** Of each state, in order: first, last, target of each arc. */
    private final int[][] arcs;

    private final BitSet ends;

    private CharDfa(int[][] arcs, BitSet ends) {
        this.arcs = arcs;
        this.ends = ends;
    }

    /** Whether no text at all leads to an end. */
    boolean isEmpty() {
        return arcs.length == 0;
    }

    int size() {
        return arcs.length;
    }

    boolean isEnd(int state) {
        return ends.get(state);
    }

    int next(int state, int codePoint) {
        int[] here = arcs[state];
        for (int i = 0; i < here.length; i += 3) {
            if (codePoint >= here[i] && codePoint <= here[i + 1]) {
                return here[i + 2];
            }
        }
        return NOWHERE;
    }

    /** Hears of every arc of a state. */
    interface Arcs {
        void arc(int first, int last, int target);
    }

    void arcs(int state, Arcs listener) {
        int[] here = arcs[state];
        for (int i = 0; i < here.length; i += 3) {
            listener.arc(here[i], here[i + 1], here[i + 2]);
        }
    }

    boolean accepts(String text) {
        int state = isEmpty() ? NOWHERE : START;
        for (int i = 0; i < text.length() && state != NOWHERE; i += Character.charCount(text.codePointAt(i))) {
            state = next(state, text.codePointAt(i));
        }
        return state != NOWHERE && isEnd(state);
    }

    /**
     * The same for texts of some lengths only.
     *
     * @param least code points
     * @param most code points; {@link Integer#MAX_VALUE} for no limit
     * @throws PatternRefusedException if it grows too large
     */
    CharDfa ofLength(int least, int most) {
        if (isEmpty() || (least == 0 && most == Integer.MAX_VALUE)) {
            return this;
        }
        record Place(int state, int length) {}
        int counted = most == Integer.MAX_VALUE ? least : most;
        Map<Place, Integer> numbers = new HashMap<>();
        List<Place> found = new ArrayList<>(List.of(new Place(START, 0)));
        numbers.put(found.getFirst(), 0);
        Draft draft = new Draft();
        for (int at = 0; at < found.size(); at++) {
            Place here = found.get(at);
            draft.add(isEnd(here.state()) && here.length() >= least);
            if (here.length() == most) {
                continue;
            }
            int number = at;
            arcs(here.state(), (first, last, target) -> {
                Place next = new Place(target, Math.min(here.length() + 1, counted));
                int known = numbers.computeIfAbsent(next, place -> {
                    found.add(place);
                    return found.size() - 1;
                });
                draft.arc(number, first, last, known);
            });
            if (found.size() > MOST_STATES) {
                throw new PatternRefusedException("is too large together with minLength and maxLength");
            }
        }
        return draft.trimmed();
    }

    /** An automaton in the making. */
    static final class Draft {
        private final List<List<int[]>> arcs = new ArrayList<>();
        private final BitSet ends = new BitSet();

        /** The next state, by number. */
        void add(boolean isEnd) {
            ends.set(arcs.size(), isEnd);
            arcs.add(new ArrayList<>());
        }

        /** Arcs of a state come in order and do not overlap. */
        void arc(int from, int first, int last, int target) {
            List<int[]> here = arcs.get(from);
            if (!here.isEmpty() && here.getLast()[1] == first - 1 && here.getLast()[2] == target) {
                here.getLast()[1] = last;
            } else {
                here.add(new int[] {first, last, target});
            }
        }

        /** Without the states that lead nowhere. */
        CharDfa trimmed() {
            BitSet useful = useful();
            if (!useful.get(START)) {
                return new CharDfa(new int[0][], new BitSet());
            }
            int[][] kept = new int[arcs.size()][];
            for (int state = 0; state < kept.length; state++) {
                kept[state] = arcs.get(state).stream()
                        .filter(arc -> useful.get(arc[2]))
                        .flatMapToInt(Arrays::stream)
                        .toArray();
            }
            return new CharDfa(kept, ends);
        }

        private BitSet useful() {
            List<List<Integer>> before = new ArrayList<>();
            arcs.forEach(state -> before.add(new ArrayList<>()));
            for (int state = 0; state < arcs.size(); state++) {
                for (int[] arc : arcs.get(state)) {
                    before.get(arc[2]).add(state);
                }
            }
            BitSet useful = (BitSet) ends.clone();
            List<Integer> open = new ArrayList<>(ends.stream().boxed().toList());
            while (!open.isEmpty()) {
                for (int state : before.get(open.removeLast())) {
                    if (!useful.get(state)) {
                        useful.set(state);
                        open.add(state);
                    }
                }
            }
            return useful;
        }
    }
}
