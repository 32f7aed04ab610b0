package dev.kvasir.grammar;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A regular expression as states with arcs and free moves (Thompson 1968), and made certain of where it is (subsets). */
final class Nfa {

    private static final int MOST_STATES = 20_000;
    private static final int MOST_SUBSETS = 2_000;

    private final CharSet alphabet;
    private final List<List<Integer>> free = new ArrayList<>();
    private final List<CharSet> sets = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();
    private final SchemaEffort effort;

    private Nfa(CharSet alphabet, SchemaEffort effort) {
        this.alphabet = alphabet;
        this.effort = effort;
    }

    /**
     * The automaton of an expression.
     *
     * @param alphabet characters beyond it are never read
     * @throws PatternRefusedException if it grows too large
     */
    static CharDfa certain(Regex regex, CharSet alphabet, SchemaEffort effort) {
        Nfa nfa = new Nfa(alphabet, effort);
        int start = nfa.state();
        int end = nfa.add(regex, start);
        return nfa.subsets(start, end);
    }

    private int state() {
        if (free.size() == MOST_STATES) {
            throw tooLarge();
        }
        free.add(new ArrayList<>(2));
        sets.add(CharSet.of());
        targets.add(-1);
        return free.size() - 1;
    }

    /** Adds an expression behind a state that has no arc yet, or only free moves; where it ends. */
    private int add(Regex regex, int from) {
        return switch (regex) {
            case Regex.Chars(CharSet set) -> {
                int reader = state();
                int end = state();
                free.get(from).add(reader);
                sets.set(reader, set.and(alphabet));
                targets.set(reader, end);
                yield end;
            }
            case Regex.Sequence(List<Regex> parts) -> {
                int end = from;
                for (Regex part : parts) {
                    end = add(part, end);
                }
                yield end;
            }
            case Regex.Choice(List<Regex> options) -> {
                int end = state();
                for (Regex option : options) {
                    int start = state();
                    free.get(from).add(start);
                    free.get(add(option, start)).add(end);
                }
                yield end;
            }
            case Regex.Repeat repeat -> repeat(repeat, from);
        };
    }

    private int repeat(Regex.Repeat repeat, int from) {
        int end = from;
        for (int i = 0; i < repeat.least(); i++) {
            end = add(repeat.part(), end);
        }
        if (repeat.most() == Regex.Repeat.UNLIMITED) {
            int loop = state();
            free.get(end).add(loop);
            free.get(add(repeat.part(), loop)).add(loop);
            return loop;
        }
        int out = state();
        for (int i = repeat.least(); i < repeat.most(); i++) {
            free.get(end).add(out);
            end = add(repeat.part(), end);
        }
        free.get(end).add(out);
        return out;
    }

    private CharDfa subsets(int start, int end) {
        Map<BitSet, Integer> numbers = new HashMap<>();
        List<BitSet> found = new ArrayList<>();
        CharDfa.Draft draft = new CharDfa.Draft();
        number(closure(List.of(start)), numbers, found);
        for (int at = 0; at < found.size(); at++) {
            BitSet here = found.get(at);
            draft.add(here.get(end));
            for (int[] stretch : stretches(here)) {
                List<Integer> reached = here.stream()
                        .filter(state -> sets.get(state).contains(stretch[0]))
                        .mapToObj(targets::get)
                        .toList();
                if (!reached.isEmpty()) {
                    draft.arc(at, stretch[0], stretch[1], number(closure(reached), numbers, found));
                }
            }
        }
        return draft.trimmed();
    }

    /** Stretches of characters that all lead to the same states. */
    private List<int[]> stretches(BitSet here) {
        TreeSet<Integer> edges = new TreeSet<>();
        here.stream().forEach(state -> sets.get(state).edges(edges::add));
        List<int[]> stretches = new ArrayList<>();
        Integer from = null;
        for (int edge : edges) {
            if (from != null) {
                stretches.add(new int[] {from, edge - 1});
            }
            from = edge;
        }
        effort.spend((long) stretches.size() * here.cardinality());
        return stretches;
    }

    private int number(BitSet states, Map<BitSet, Integer> numbers, List<BitSet> found) {
        Integer known = numbers.get(states);
        if (known != null) {
            return known;
        }
        if (found.size() == MOST_SUBSETS) {
            throw tooLarge();
        }
        numbers.put(states, found.size());
        found.add(states);
        return found.size() - 1;
    }

    private BitSet closure(List<Integer> starts) {
        effort.spend(starts.size());
        BitSet closed = new BitSet();
        List<Integer> open = new ArrayList<>(starts);
        starts.forEach(closed::set);
        while (!open.isEmpty()) {
            for (int next : free.get(open.removeLast())) {
                if (!closed.get(next)) {
                    closed.set(next);
                    open.add(next);
                }
            }
        }
        return closed;
    }

    private static PatternRefusedException tooLarge() {
        return new PatternRefusedException("is too large for an automaton; repeat less");
    }
}
