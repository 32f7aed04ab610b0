package dev.kvasir.grammar;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text in the making under a grammar. For one thread. */
public final class Constraint {

    private final TokenGrammar grammar;
    private final List<Integer> endIds;
    private ByteState state;
    private @Nullable NameScan names;

    Constraint(TokenGrammar grammar, List<Integer> endIds) {
        this.grammar = grammar;
        this.endIds = List.copyOf(endIds);
        this.state = grammar.start();
        this.names = grammar.hasOtherNames() ? NameScan.START : null;
    }

    /** Whether a token may come next. */
    public boolean allows(int id) {
        if (endIds.contains(id)) {
            return isWhole();
        }
        byte[] token = grammar.vocabulary().bytes(id);
        return grammar.next(state, token) != ByteState.DEAD && !isRepeating(token);
    }

    /**
     * Takes all other tokens out of the choice: their logits become minus infinity.
     *
     * @throws IllegalStateException if none is left: a pattern asks for characters that the vocabulary does not have
     */
    public void restrict(double[] logits) {
        double[] ends = endIds.stream().mapToDouble(id -> logits[id]).toArray();
        long[] mask = grammar.mask(state);
        for (int id = 0; id < logits.length; id += Long.SIZE) {
            keep(logits, id, id >> 6 < mask.length ? mask[id >> 6] : 0);
        }
        if (names != null) {
            dropRepeated(logits, mask);
        }
        boolean mayEnd = isWhole();
        for (int i = 0; i < ends.length; i++) {
            logits[endIds.get(i)] = mayEnd ? ends[i] : Double.NEGATIVE_INFINITY;
        }
        if (Arrays.stream(logits).noneMatch(Double::isFinite)) {
            throw new IllegalStateException("No token of this vocabulary goes on with what the pattern asks for");
        }
    }

    /** Of 64 tokens those whose bits are set. */
    private static void keep(double[] logits, int from, long kept) {
        int to = Math.min(from + Long.SIZE, logits.length);
        if (kept == 0) {
            Arrays.fill(logits, from, to, Double.NEGATIVE_INFINITY);
            return;
        }
        for (long dropped = ~kept; dropped != 0; dropped &= dropped - 1) {
            int id = from + Long.numberOfTrailingZeros(dropped);
            if (id < to) {
                logits[id] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    /** A name that an object has already must not come again. */
    private void dropRepeated(double[] logits, long[] mask) {
        for (int id : grammar.vocabulary().quotes()) {
            boolean isLeft = id < logits.length && (mask[id >> 6] & 1L << id) != 0;
            if (isLeft && isRepeating(grammar.vocabulary().bytes(id))) {
                logits[id] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    private boolean isRepeating(byte[] token) {
        return names != null && names.behind(token) == null;
    }

    /**
     * Takes a token.
     *
     * @throws IllegalStateException if it may not come
     */
    public void accept(int id) {
        if (!allows(id)) {
            throw new IllegalStateException("Token " + id + " may not come here: the grammar does not let it through");
        }
        if (endIds.contains(id)) {
            return;
        }
        byte[] token = grammar.vocabulary().bytes(id);
        state = grammar.next(state, token);
        names = names == null ? null : names.behind(token);
    }

    /** Whether the value is whole, so that the text may end. */
    public boolean isWhole() {
        return grammar.isWhole(state);
    }

    /** Whether the value is whole and nothing may follow. */
    public boolean isOver() {
        return grammar.isOver(state);
    }
}
