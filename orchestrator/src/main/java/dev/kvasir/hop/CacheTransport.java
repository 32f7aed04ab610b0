package dev.kvasir.hop;

import dev.kvasir.wire.AwaitedTransfers;
import dev.kvasir.wire.CacheSeal;
import dev.kvasir.wire.SealBrokenException;
import dev.kvasir.wire.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A worker's way to send caches to workers of other pools, and to receive theirs: sealed, through rows of the database, since workers
 * share nothing else and accept no connections. Safe for several threads.
 */
public final class CacheTransport {

    private static final long MEBIBYTE = 1 << 20;

    private final TransferRows rows;
    private final TransactionTemplate transactions;
    private final InstallationSecret secret;
    private final HopProperties settings;
    private final SecureRandom random = new SecureRandom();

    public CacheTransport(
            TransferRows rows, PlatformTransactionManager manager, InstallationSecret secret, HopProperties settings) {
        this.rows = rows;
        this.transactions = new TransactionTemplate(manager);
        this.secret = secret;
        this.settings = settings;
    }

    /**
     * A cache that was sealed and staged, not to be received before {@link TransferRows#commit}.
     *
     * @param bytes sealed
     * @param took to seal and store it
     */
    public record Sent(UUID id, long bytes, Duration took) {}

    /**
     * Seals a cache's file and stages it, whole or not at all.
     *
     * @param moved told as it goes on
     * @throws TransferException if it is too large
     */
    public Sent send(Passage passage, Path plain, Runnable moved) {
        long start = System.nanoTime();
        requireFits(plain);
        UUID id = UUID.randomUUID();
        CacheSeal seal = seal();
        long bytes = required(transactions.execute(status -> {
            rows.stage(id, passage, settings.keep());
            ChunkOutput out = new ChunkOutput(rows, id, moved);
            try (InputStream in = Files.newInputStream(plain)) {
                seal.seal(transfer(id, passage), in, out);
            } catch (IOException unreadable) {
                throw new UncheckedIOException("A cache that is to be sent cannot be read", unreadable);
            }
            return out.finish();
        }));
        return new Sent(id, bytes, Duration.ofNanos(System.nanoTime() - start));
    }

    private static long required(@Nullable Long bytes) {
        if (bytes == null) {
            throw new IllegalStateException("A transaction that stages a cache tells its size");
        }
        return bytes;
    }

    private void requireFits(Path plain) {
        try {
            long bytes = Files.size(plain);
            if (bytes > settings.largest().toBytes()) {
                throw new TransferException(
                        ("The cache has %d MiB, and at most %d may travel between workers (kvasir.hop.largest). Shorten the"
                                        + " prompt, name fewer layers, or let it cross as INT8 or INT4.")
                                .formatted(bytes / MEBIBYTE, settings.largest().toBytes() / MEBIBYTE));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("A cache that is to be sent cannot be read", unreadable);
        }
    }

    /**
     * Opens what waits into a file that only its owner may read.
     *
     * @param id of what waits on this passage
     * @param target which must not be there yet
     * @param moved told as it goes on
     * @throws TransferException if it is not whole, not unchanged, or not sealed for this passage by this installation
     */
    public void receive(Passage passage, UUID id, Path target, Runnable moved) {
        AwaitedTransfers awaited = new AwaitedTransfers(seal());
        Transfer transfer = transfer(id, passage);
        awaited.await(transfer);
        try (InputStream in = new ChunkInput(rows, id, moved)) {
            awaited.open(transfer, in, target, settings.largest().toBytes());
        } catch (SealBrokenException refused) {
            throw new TransferException(String.valueOf(refused.getMessage()), refused);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("A cache that has come cannot be written to " + target, unwritable);
        }
    }

    private CacheSeal seal() {
        return new CacheSeal(secret.bytes(), random);
    }

    private static Transfer transfer(UUID id, Passage passage) {
        return new Transfer(
                id.toString(),
                passage.tenant(),
                passage.run().toString(),
                passage.edge(),
                passage.sender(),
                passage.receiver());
    }
}
