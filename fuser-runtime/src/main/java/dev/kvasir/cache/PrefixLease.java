package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import java.util.List;

/**
 * A prefix that was found, perhaps of no tokens. As long as it is open, nothing of it is evicted; whoever got it closes it.
 */
public final class PrefixLease implements AutoCloseable {

    /**
     * A part of it.
     *
     * @param count of the block's positions, from its first
     */
    record Piece(PrefixBlock block, int count) {}

    private final PrefixStore store;
    private final List<Piece> pieces;
    private boolean closed;

    PrefixLease(PrefixStore store, List<Piece> pieces) {
        this.store = store;
        this.pieces = List.copyOf(pieces);
    }

    /** Tokens found; 0 if none. */
    public int length() {
        return pieces.stream().mapToInt(Piece::count).sum();
    }

    /**
     * Appends the prefix to an empty cache of the store's model.
     *
     * @param target of one row, with room for {@link #length()} positions
     */
    public void copyTo(KvCache target) {
        if (closed) {
            throw new IllegalStateException("This lease is closed: what it held may be gone.");
        }
        if (target.length() > 0) {
            throw new IllegalArgumentException(
                    "A prefix goes into an empty cache, not behind %d positions.".formatted(target.length()));
        }
        for (Piece piece : pieces) {
            target.append(piece.block().cache(), 0, piece.count());
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.release(pieces);
        }
    }
}
