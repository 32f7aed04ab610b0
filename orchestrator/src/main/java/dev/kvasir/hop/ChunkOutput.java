package dev.kvasir.hop;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.UUID;

/** Writes a stream as rows of up to 1 MiB. */
final class ChunkOutput extends OutputStream {

    private static final int CHUNK = 1 << 20;

    private final TransferRows rows;
    private final UUID transfer;
    private final Runnable moved;
    private final byte[] piece = new byte[CHUNK];
    private int filled;
    private int chunks;
    private long bytes;

    /** @param moved told of every row */
    ChunkOutput(TransferRows rows, UUID transfer, Runnable moved) {
        this.rows = rows;
        this.transfer = transfer;
        this.moved = moved;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int count) {
        int at = from;
        while (at < from + count) {
            int taken = Math.min(CHUNK - filled, from + count - at);
            System.arraycopy(source, at, piece, filled, taken);
            filled += taken;
            at += taken;
            if (filled == CHUNK) {
                store();
            }
        }
    }

    private void store() {
        rows.add(transfer, chunks++, Arrays.copyOf(piece, filled));
        moved.run();
        bytes += filled;
        filled = 0;
    }

    /** Stores what is left, and how much it was. */
    long finish() {
        if (filled > 0) {
            store();
        }
        rows.measure(transfer, bytes, chunks);
        return bytes;
    }
}
