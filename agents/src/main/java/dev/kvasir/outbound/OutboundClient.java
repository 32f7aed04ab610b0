package dev.kvasir.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * The one way out: every request that Kvasir makes over HTTP passes here.
 *
 * <p>It goes to a host of the administrator's list, over TLS unless that host is named otherwise. The name is looked up once, its
 * addresses are checked, and one of exactly these is dialled; TLS still verifies the name. Redirects are answers, not followed. No
 * proxy, cookie or credential comes from the environment. Time, body and header block are bounded. Safe for several threads.
 */
public final class OutboundClient implements AutoCloseable {

    private final OutboundSettings settings;
    private final AddressRules rules;
    private final AddressLookup lookup;
    private final CloseableHttpClient http;
    private final ScheduledThreadPoolExecutor timer;

    /** @throws IllegalArgumentException naming the setting that cannot be read */
    public OutboundClient(OutboundSettings settings) {
        this(settings, AddressLookup.SYSTEM, DefaultClientTlsStrategy.createDefault());
    }

    OutboundClient(OutboundSettings settings, AddressLookup lookup, TlsSocketStrategy tls) {
        this.settings = settings;
        this.rules = new AddressRules(settings);
        this.lookup = lookup;
        this.http = BareHttp.client(settings.timeout(), tls);
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("kvasir-outbound").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Says at once, without looking the name up, whether requests may go to an address: for those that are stored to be called later.
     *
     * @throws AddressNotAllowedException if they may not
     */
    public void requireAllowed(URI address) {
        rules.allowed(address);
    }

    /**
     * Sends a request and reads the whole answer.
     *
     * @throws AddressNotAllowedException if it must not be sent
     * @throws OutboundException if no answer came in time and within bounds
     */
    public OutboundAnswer send(OutboundRequest request) {
        try (OutboundStream stream = open(request)) {
            return new OutboundAnswer(stream.status(), stream.headers(), stream.text());
        }
    }

    /**
     * Sends a request and returns as soon as the answer's head is there.
     *
     * @return for the caller to close
     * @throws AddressNotAllowedException if it must not be sent
     * @throws OutboundException if no answer came in time
     */
    public OutboundStream open(OutboundRequest request) {
        Target target = rules.allowed(request.address());
        OutboundLimits limits = request.limits() == null
                ? new OutboundLimits(settings.timeout(), settings.maxAnswerBytes())
                : request.limits();
        HttpUriRequestBase exchange = exchange(request);
        Deadline deadline = new Deadline(target, limits.timeout(), timer, exchange);
        try {
            List<InetAddress> addresses = look(target, deadline);
            rules.requireAllowed(target, addresses);
            ClassicHttpResponse response = dial(target, addresses, exchange);
            return new OutboundStream(
                    exchange, response, deadline, new OutboundStream.Bound(target.name(), limits.maxAnswerBytes()));
        } catch (IOException failed) {
            deadline.close();
            throw deadline.told(failed);
        } catch (RuntimeException refused) {
            deadline.close();
            throw refused;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            http.close();
        } catch (IOException alreadyBroken) {
            // nothing is left to close
        }
    }

    private static HttpUriRequestBase exchange(OutboundRequest request) {
        HttpUriRequestBase exchange = new HttpUriRequestBase(request.method(), request.address());
        request.headers().forEach(exchange::setHeader);
        if (request.body() != null) {
            exchange.setEntity(new ByteArrayEntity(request.body().getBytes(StandardCharsets.UTF_8), null));
        }
        return exchange;
    }

    /** On a thread of its own, since a look-up cannot be broken off. */
    private List<InetAddress> look(Target target, Deadline deadline) throws UnknownHostException {
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        Thread.ofVirtual().name("kvasir-lookup").start(() -> {
            try {
                found.complete(List.copyOf(lookup.addresses(target.host())));
            } catch (UnknownHostException | RuntimeException unknown) {
                found.completeExceptionally(unknown);
            }
        });
        try {
            return found.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw deadline.timedOut();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OutboundException(OutboundFault.INTERRUPTED, "The request was interrupted.", interrupted);
        } catch (ExecutionException unknown) {
            throw new UnknownHostException(target.host());
        }
    }

    /** The first of the addresses that accepts a connection. */
    private ClassicHttpResponse dial(Target target, List<InetAddress> addresses, HttpUriRequestBase exchange)
            throws IOException {
        Iterator<InetAddress> left = addresses.iterator();
        while (true) {
            HttpHost host = new HttpHost(target.scheme().text(), left.next(), target.host(), target.port());
            try {
                return http.executeOpen(host, exchange, null);
            } catch (HttpHostConnectException notHere) {
                if (!left.hasNext()) {
                    throw notHere;
                }
            }
        }
    }
}
