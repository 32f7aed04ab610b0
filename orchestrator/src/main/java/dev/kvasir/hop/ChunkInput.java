package dev.kvasir.hop;

import java.io.InputStream;
import java.util.UUID;

/** Reads rows as the stream that was written to them, one row in memory at a time. */
final class ChunkInput extends InputStream {

    private final TransferRows rows;
    private final UUID transfer;
    private final Runnable moved;
    private byte[] piece = new byte[0];
    private int at;
    private int next;

    /** @param moved told of every row */
    ChunkInput(TransferRows rows, UUID transfer, Runnable moved) {
        this.rows = rows;
        this.transfer = transfer;
        this.moved = moved;
    }

    @Override
    public int read() {
        return hasMore() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int count) {
        if (count == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int taken = Math.min(count, piece.length - at);
        System.arraycopy(piece, at, target, from, taken);
        at += taken;
        return taken;
    }

    private boolean hasMore() {
        if (at == piece.length && next >= 0) {
            piece = rows.chunk(transfer, next).orElseGet(() -> new byte[0]);
            at = 0;
            moved.run();
            next = piece.length == 0 ? -1 : next + 1;
        }
        return at < piece.length;
    }
}
