package dev.kvasir.grammar;

import dev.kvasir.grammar.Arcs.Arc;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a text may be by now, byte by byte: all stacks that fit it, and of a character that is not whole its beginning. */
final class ByteState {

    /** Leads on from nothing. */
    static final ByteState DEAD = new ByteState(new Place(Set.of(), 0, 0, 0));

    private static final int[] SMALLEST = {0, 0, 0x80, 0x800, 0x10000};

    /**
     * What tells states apart.
     *
     * @param stacks that are here; where it does not matter which character is being read, those behind it
     * @param start bits of the character that is not whole
     * @param missing bytes of it
     * @param length of it, in bytes; 0 where it does not matter which it is
     */
    record Place(Set<Stack> stacks, int start, int missing, int length) {

        static Place of(Set<Stack> stacks) {
            return new Place(stacks, 0, 0, 0);
        }

        boolean isBetween() {
            return missing == 0;
        }

        /** Whether a character is being read, and whichever it is it leads to the same. */
        boolean isWithinAny() {
            return missing > 0 && length == 0;
        }

        /** The place behind a byte of a character; null if no such byte may come. */
        @Nullable
        Place behind(int value) {
            if (!isBetween()) {
                int bits = isWithinAny() ? 0 : (start << 6) | (value & 0x3F);
                return value >> 6 == 0b10 ? new Place(stacks, bits, missing - 1, length) : null;
            }
            if (value < 0x80) {
                return new Place(stacks, value, 0, 1);
            }
            int bytes = value >> 5 == 0b110 ? 2 : value >> 4 == 0b1110 ? 3 : value >> 3 == 0b11110 ? 4 : 0;
            return bytes == 0 ? null : new Place(stacks, value & (0x7F >> bytes), bytes - 1, bytes);
        }

        /** The place where all characters of the range lead to these stacks. */
        Place withinAny(Set<Stack> reached) {
            return new Place(reached, 0, missing, 0);
        }

        int first() {
            return Math.max(SMALLEST[length], start << (6 * missing));
        }

        int last() {
            return ((start + 1) << (6 * missing)) - 1;
        }

        /** Whether all characters that begin so may be written so: UTF-8 knows one spelling for each. */
        boolean isRegular() {
            return start << (6 * missing) >= SMALLEST[length];
        }
    }

    private final Place place;
    private final @Nullable ByteState[] next = new @Nullable ByteState[256];
    private @Nullable Arcs arcs;
    private long @Nullable [] mask;

    ByteState(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }

    @Nullable
    ByteState known(int value) {
        return next[value];
    }

    void know(int value, ByteState target) {
        next[value] = target;
    }

    /** What may come; expanded once. */
    Arcs arcs(Frames frames) {
        if (arcs == null) {
            Arcs found = new Arcs();
            place.stacks().forEach(stack -> frames.next(stack, found));
            arcs = found;
        }
        return arcs;
    }

    /** The stacks that a range of characters leads to. */
    static Set<Stack> reached(List<Arc> arcs, int first, int last) {
        Set<Stack> reached = new HashSet<>();
        for (Arc arc : arcs) {
            if (arc.first() <= last && arc.last() >= first) {
                reached.add(arc.target());
            }
        }
        return reached;
    }

    /** Whether each arc leads on from all characters of a range, or from none. */
    static boolean treatsAlike(List<Arc> arcs, int first, int last) {
        for (Arc arc : arcs) {
            boolean touches = arc.first() <= last && arc.last() >= first;
            if (touches && (arc.first() > first || arc.last() < last)) {
                return false;
            }
        }
        return true;
    }

    long @Nullable [] mask() {
        return mask;
    }

    void keep(long[] tokens) {
        mask = tokens;
    }
}
