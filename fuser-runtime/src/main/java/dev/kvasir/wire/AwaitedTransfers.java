package dev.kvasir.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The receiving worker's side: it opens what it awaits, once each time it awaits it. A stream that comes a second time, or that nobody
 * asked for, is refused, whole and genuine as it may be; an attempt after one that died awaits it anew. Safe for several threads.
 */
public final class AwaitedTransfers {

    private final CacheSeal seal;
    private final Set<Transfer> awaited = ConcurrentHashMap.newKeySet();

    public AwaitedTransfers(CacheSeal seal) {
        this.seal = seal;
    }

    /** Lets a transfer come, once. */
    public void await(Transfer transfer) {
        awaited.add(transfer);
    }

    /** Lets it come no longer. */
    public void forget(Transfer transfer) {
        awaited.remove(transfer);
    }

    /**
     * Opens what has come; from now on it is awaited no longer, however this ends.
     *
     * @param target where the cache's file appears, whole or not at all
     * @param most bytes that it may have
     * @throws SealBrokenException if it is not awaited, or is not the whole of what was sealed for it
     */
    public void open(Transfer transfer, InputStream sealed, Path target, long most) throws IOException {
        if (!awaited.remove(transfer)) {
            throw new SealBrokenException(transfer, "it is not awaited here, or has come before");
        }
        seal.open(transfer, sealed, target, most);
    }
}
