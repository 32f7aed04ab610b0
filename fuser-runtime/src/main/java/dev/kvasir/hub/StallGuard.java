package dev.kvasir.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Closes a stream that sends nothing for too long; a read waiting on it ends with an error then. */
final class StallGuard implements AutoCloseable {

    private final InputStream body;
    private final Duration silence;
    private final AtomicLong arrived = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration silence) {
        this.body = body;
        this.silence = silence;
        Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    int read(byte[] buffer) throws IOException {
        try {
            int count = body.read(buffer);
            if (stalled) {
                throw new HttpTimeoutException("nothing arrived for " + silence);
            }
            arrived.incrementAndGet();
            return count;
        } catch (IOException e) {
            if (stalled && !(e instanceof HttpTimeoutException)) {
                throw new HttpTimeoutException("nothing arrived for " + silence);
            }
            throw e;
        }
    }

    private void watch() {
        try {
            long before = arrived.get();
            while (!done.await(silence.toNanos(), TimeUnit.NANOSECONDS)) {
                if (arrived.get() == before) {
                    stalled = true;
                    body.close();
                    return;
                }
                before = arrived.get();
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        done.countDown();
        body.close();
    }
}
