package dev.kvasir.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which round of the loops around it a step belongs to, written {@code loop[2]/loop[0]}, the outermost loop first; the very first
 * round of all of them is the empty text.
 *
 * @param rounds each from 0; empty outside of loops
 */
record Iteration(List<Integer> rounds) {

    static final Iteration FIRST = new Iteration(List.of());

    Iteration {
        rounds = List.copyOf(rounds);
    }

    static Iteration parse(String text) {
        return text.isEmpty()
                ? FIRST
                : new Iteration(Arrays.stream(text.split("/", -1))
                        .map(part -> Integer.valueOf(part.replaceAll("\\D", "")))
                        .toList());
    }

    /** The round of the loop at a depth, 0 for the outermost. */
    int round(int depth) {
        return depth < rounds.size() ? rounds.get(depth) : 0;
    }

    /** The round of the innermost of a number of loops. */
    int innermost(int loops) {
        return loops == 0 ? 0 : round(loops - 1);
    }

    /**
     * The next round of the loop at a depth; loops within it begin anew.
     *
     * @param loops around the step that it is for
     */
    Iteration next(int depth, int loops) {
        List<Integer> next = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            next.add(i < depth ? round(i) : i == depth ? round(i) + 1 : 0);
        }
        return new Iteration(next);
    }

    @Override
    public String toString() {
        return rounds.stream().allMatch(round -> round == 0)
                ? ""
                : rounds.stream().map(round -> "loop[" + round + "]").collect(Collectors.joining("/"));
    }
}
