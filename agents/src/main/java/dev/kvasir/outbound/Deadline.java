package dev.kvasir.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.concurrent.Cancellable;

/** The end of an exchange's time. When it comes, whatever the exchange waits for is broken off. */
final class Deadline implements AutoCloseable {

    private final Target target;
    private final Duration timeout;
    private final long end;
    private final ScheduledFuture<?> alarm;
    private volatile boolean passed;

    Deadline(Target target, Duration timeout, ScheduledExecutorService timer, Cancellable exchange) {
        this.target = target;
        this.timeout = timeout;
        this.end = System.nanoTime() + timeout.toNanos();
        this.alarm = timer.schedule(
                () -> {
                    passed = true;
                    exchange.cancel();
                },
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    OutboundException timedOut() {
        return new OutboundException(
                OutboundFault.TIMEOUT,
                "'%s' did not answer within %d ms. Try again later, or ask for less."
                        .formatted(target.name(), timeout.toMillis()),
                null);
    }

    /** What a failure of the exchange means. */
    OutboundException told(IOException failed) {
        if (passed) {
            return timedOut();
        }
        if (Thread.currentThread().isInterrupted()) {
            return new OutboundException(OutboundFault.INTERRUPTED, "The request was interrupted.", failed);
        }
        return switch (failed) {
            case SSLException untrusted ->
                new OutboundException(
                        OutboundFault.UNTRUSTED,
                        "'%s' could not be trusted: its certificate or TLS is not accepted here. Check the host's name and certificate."
                                .formatted(target.name()),
                        untrusted);
            case UnknownHostException unknown -> unreachable("its name is not known", unknown);
            case ConnectException refused -> unreachable("nothing accepts connections there", refused);
            case NoRouteToHostException noRoute -> unreachable("no way leads there", noRoute);
            case ConnectTimeoutException slow -> unreachable("it does not accept connections in time", slow);
            default ->
                new OutboundException(
                        OutboundFault.BROKEN,
                        "The exchange with '%s' broke off: its answer was not proper HTTP, or the connection was lost."
                                .formatted(target.name()),
                        failed);
        };
    }

    private OutboundException unreachable(String why, IOException cause) {
        return new OutboundException(
                OutboundFault.UNREACHABLE, "'%s' cannot be reached: %s.".formatted(target.name(), why), cause);
    }

    @Override
    public void close() {
        alarm.cancel(false);
    }
}
