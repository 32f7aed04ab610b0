package dev.kvasir.grammar;

import dev.kvasir.grammar.Arcs.Arc;
import dev.kvasir.grammar.ByteState.Place;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A grammar as an automaton over bytes of UTF-8, made as far as it is walked. Equal places are one state, up to a number of
 * states; then it begins anew, and whoever still holds an old state goes on from there.
 *
 * <p>For one thread at a time.
 */
final class ByteAutomaton {

    private static final int MOST_STATES = 8_192;

    private final BitSet writable;
    private final Frames frames;
    private final Stack start;
    private final Map<Place, ByteState> states = new HashMap<>();

    /** @param writable bytes that a text may have */
    ByteAutomaton(JsonGrammar grammar, BitSet writable) {
        this.writable = writable;
        this.frames = new Frames(grammar.shapes());
        this.start = grammar.start();
    }

    ByteState start() {
        return state(Place.of(Set.of(start)));
    }

    /** Where a byte leads; {@link ByteState#DEAD} if it may not come. */
    ByteState next(ByteState from, int value) {
        ByteState known = from.known(value);
        if (known == null) {
            known = target(from, value);
            from.know(value, known);
        }
        return known;
    }

    private ByteState target(ByteState from, int value) {
        Place behind = writable.get(value) ? from.place().behind(value) : null;
        if (behind == null) {
            return ByteState.DEAD;
        }
        if (from.place().isWithinAny()) {
            return state(behind);
        }
        int first = behind.first();
        int last = behind.last();
        if (first > last) {
            return ByteState.DEAD;
        }
        List<Arc> arcs = from.arcs(frames).all();
        Set<Stack> reached = ByteState.reached(arcs, first, last);
        if (reached.isEmpty()) {
            return ByteState.DEAD;
        }
        if (behind.isBetween()) {
            return state(Place.of(reached));
        }
        boolean isAny = behind.isRegular() && ByteState.treatsAlike(arcs, first, last);
        return state(isAny ? behind.withinAny(reached) : behind);
    }

    /** Whether the value may end here. */
    boolean isWhole(ByteState state) {
        return state.place().isBetween() && state.arcs(frames).isWhole();
    }

    /** Whether the value ends here: nothing may follow. */
    boolean isOver(ByteState state) {
        return isWhole(state) && state.arcs(frames).all().isEmpty();
    }

    /**
     * How many plain characters of a string may follow, whichever they are.
     *
     * @return {@link Shape#UNLIMITED} for any number; 0 if that is not clear at once
     */
    int freely(ByteState state) {
        if (!state.place().isBetween()) {
            return 0;
        }
        int most = 0;
        for (Stack stack : state.place().stacks()) {
            most = Math.max(most, frames.texts().freely(stack.top()));
        }
        return most == Shape.UNLIMITED || state.place().stacks().size() == 1 ? most : 0;
    }

    private ByteState state(Place place) {
        ByteState known = states.get(place);
        if (known == null) {
            if (states.size() == MOST_STATES) {
                states.clear();
            }
            known = new ByteState(place);
            states.put(place, known);
        }
        return known;
    }

    /** States that are known by their place. */
    int size() {
        return states.size();
    }

    void forget() {
        states.clear();
    }
}
