package dev.kvasir.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundClientIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final AddressLookup ALL_AT_LOOPBACK = host -> List.of(LOOPBACK);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger seen = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            seen.incrementAndGet();
            answer(exchange, 200, exchange.getRequestMethod() + " " + text(exchange.getRequestBody()));
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void anAllowedHostIsAsked() {
        try (OutboundClient client = insideClient(ALL_AT_LOOPBACK)) {
            OutboundAnswer answer = client.send(OutboundRequest.post(
                    address("named.example.org", "/x"), Map.of("Content-Type", "text/plain"), "häh?"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("POST häh?");
            assertThat(answer.header("Content-Type")).contains("text/plain; charset=utf-8");
        }
    }

    @Test
    void aListenerInsideSeesNothingOfARefusedRequest() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, LOOPBACK);
                OutboundClient client = client(
                        settings(List.of("named.example.org:" + listener.getLocalPort()), List.of()),
                        ALL_AT_LOOPBACK)) {
            URI inside = URI.create("http://named.example.org:" + listener.getLocalPort() + "/");
            assertThatThrownBy(() -> client.send(OutboundRequest.get(inside, Map.of())))
                    .isInstanceOf(AddressNotAllowedException.class)
                    .hasMessageContaining("it is at 127.0.0.1, a loopback address.");
            listener.setSoTimeout(300);
            assertThatThrownBy(listener::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void theAddressThatWasCheckedIsTheOneThatIsDialled() {
        AtomicInteger looks = new AtomicInteger();
        AddressLookup changing =
                host -> List.of(looks.getAndIncrement() == 0 ? InetAddress.ofLiteral("192.0.2.1") : LOOPBACK);
        OutboundSettings settings = new OutboundSettings(
                List.of(name("named.example.org")),
                List.of(name("named.example.org")),
                List.of("192.0.2.0/24"),
                Duration.ofMillis(400),
                100);
        try (OutboundClient client = client(settings, changing)) {
            assertThatThrownBy(() -> client.send(OutboundRequest.get(address("named.example.org", "/"), Map.of())))
                    .isInstanceOf(OutboundException.class);
            assertThat(looks).hasValue(1);
            assertThat(seen).hasValue(0);
            assertThatThrownBy(() -> client.send(OutboundRequest.get(address("named.example.org", "/"), Map.of())))
                    .isInstanceOf(AddressNotAllowedException.class);
            assertThat(seen).hasValue(0);
        }
    }

    @Test
    void theNextAddressIsTriedWhereNothingAcceptsConnections() {
        AddressLookup two = host -> List.of(InetAddress.ofLiteral("127.8.8.8"), LOOPBACK);
        try (OutboundClient client = insideClient(two)) {
            assertThat(client.send(OutboundRequest.get(address("named.example.org", "/"), Map.of()))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() {
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/inside");
            answer(exchange, 302, "");
        });
        try (OutboundClient client = insideClient(ALL_AT_LOOPBACK)) {
            OutboundAnswer answer = client.send(OutboundRequest.get(address("named.example.org", "/moved"), Map.of()));
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.header("location")).contains("/inside");
            assertThat(seen).hasValue(0);
        }
    }

    @Test
    void aSlowAnswerIsBrokenOff() {
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            drip(exchange.getResponseBody());
        });
        try (OutboundClient client = client(insideSettings(Duration.ofMillis(300)), ALL_AT_LOOPBACK)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.send(OutboundRequest.get(address("named.example.org", "/slow"), Map.of())))
                    .hasMessage("'" + name("named.example.org")
                            + "' did not answer within 300 ms. Try again later, or ask for less.")
                    .asInstanceOf(type(OutboundException.class))
                    .satisfies(slow -> assertThat(slow.fault()).isEqualTo(OutboundFault.TIMEOUT));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void aSilentServerIsBrokenOff() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, LOOPBACK);
                OutboundClient client = client(
                        new OutboundSettings(
                                List.of("silent.example.org:" + silent.getLocalPort()),
                                List.of("silent.example.org:" + silent.getLocalPort()),
                                List.of("silent.example.org"),
                                Duration.ofMillis(300),
                                100),
                        ALL_AT_LOOPBACK)) {
            URI address = URI.create("http://silent.example.org:" + silent.getLocalPort() + "/");
            assertThatThrownBy(() -> client.send(OutboundRequest.get(address, Map.of())))
                    .hasMessageContaining("did not answer within 300 ms");
        }
    }

    @Test
    void aNameThatIsNotFoundInTimeIsBrokenOff() {
        AddressLookup stuck = host -> {
            try {
                over.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        };
        try (OutboundClient client = client(insideSettings(Duration.ofMillis(200)), stuck)) {
            assertThatThrownBy(() -> client.send(OutboundRequest.get(address("named.example.org", "/"), Map.of())))
                    .hasMessageContaining("did not answer within 200 ms");
        }
    }

    @Test
    void anEndlessAnswerIsBrokenOff() {
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            pour(exchange.getResponseBody());
        });
        try (OutboundClient client = insideClient(ALL_AT_LOOPBACK)) {
            assertThatThrownBy(
                            () -> client.send(OutboundRequest.get(address("named.example.org", "/endless"), Map.of())))
                    .hasMessage("The answer of '" + name("named.example.org")
                            + "' is longer than 5000 bytes. Ask for less.")
                    .asInstanceOf(type(OutboundException.class))
                    .satisfies(endless -> assertThat(endless.fault()).isEqualTo(OutboundFault.TOO_LARGE));
        }
    }

    @Test
    void anAnswerThatIsStreamedComesPieceByPiece() throws Exception {
        server.createContext("/drip", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            drip(exchange.getResponseBody());
        });
        try (OutboundClient client = insideClient(ALL_AT_LOOPBACK);
                OutboundStream stream =
                        client.open(OutboundRequest.get(address("named.example.org", "/drip"), Map.of()))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.body().read()).isEqualTo('.');
            assertThat(stream.body().read()).isEqualTo('.');
        }
    }

    @Test
    void tooManyHeadersAreNotRead() {
        server.createContext("/headers", exchange -> {
            for (int header = 0; header < 200; header++) {
                exchange.getResponseHeaders().add("X-" + header, "x");
            }
            answer(exchange, 200, "");
        });
        try (OutboundClient client = insideClient(ALL_AT_LOOPBACK)) {
            assertThatThrownBy(
                            () -> client.send(OutboundRequest.get(address("named.example.org", "/headers"), Map.of())))
                    .asInstanceOf(type(OutboundException.class))
                    .satisfies(broken -> assertThat(broken.fault()).isEqualTo(OutboundFault.BROKEN));
        }
    }

    @Test
    void theCertificateMustBeOfTheNameThatWasAsked() throws Exception {
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        secure.setExecutor(threads);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls()));
        secure.createContext("/", exchange -> answer(exchange, 200, "over TLS"));
        secure.start();
        int port = secure.getAddress().getPort();
        OutboundSettings settings = new OutboundSettings(
                List.of("*.example.org:" + port), List.of(), List.of("127.0.0.1"), Duration.ofSeconds(5), 100);
        try (OutboundClient client =
                new OutboundClient(settings, ALL_AT_LOOPBACK, new DefaultClientTlsStrategy(tls()))) {
            URI trusted = URI.create("https://trusted.example.org:" + port + "/");
            URI other = URI.create("https://other.example.org:" + port + "/");
            assertThat(client.send(OutboundRequest.get(trusted, Map.of())).text())
                    .isEqualTo("over TLS");
            assertThatThrownBy(() -> client.send(OutboundRequest.get(other, Map.of())))
                    .hasMessage("'other.example.org:" + port + "' could not be trusted: its certificate or TLS is not"
                            + " accepted here. Check the host's name and certificate.")
                    .asInstanceOf(type(OutboundException.class))
                    .satisfies(untrusted -> assertThat(untrusted.fault()).isEqualTo(OutboundFault.UNTRUSTED));
        } finally {
            secure.stop(0);
        }
    }

    @Test
    void headersThatFrameTheMessageAreRefused() {
        URI address = address("named.example.org", "/");
        assertThatThrownBy(() -> OutboundRequest.get(address, Map.of("Host", "inside")))
                .hasMessage("Header 'Host' cannot be set on an outgoing request.");
        assertThatThrownBy(() -> OutboundRequest.get(address, Map.of("X-A", "b\r\nHost: inside")))
                .hasMessage("The value of header 'X-A' must be printable ASCII on one line.");
    }

    private OutboundClient insideClient(AddressLookup lookup) {
        return client(insideSettings(Duration.ofSeconds(5)), lookup);
    }

    private OutboundSettings insideSettings(Duration timeout) {
        String name = name("named.example.org");
        return new OutboundSettings(List.of(name), List.of(name), List.of("127.0.0.0/8"), timeout, 5000);
    }

    private static OutboundSettings settings(List<String> hosts, List<String> internal) {
        return new OutboundSettings(hosts, hosts, internal, Duration.ofSeconds(5), 100);
    }

    private static OutboundClient client(OutboundSettings settings, AddressLookup lookup) {
        return new OutboundClient(settings, lookup, DefaultClientTlsStrategy.createDefault());
    }

    private String name(String host) {
        return host + ":" + server.getAddress().getPort();
    }

    private URI address(String host, String path) {
        return URI.create("http://" + name(host) + path);
    }

    private static SSLContext tls() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = "kvasir".toCharArray();
        try (InputStream file = OutboundClientIT.class.getResourceAsStream("/outbound/trusted.p12")) {
            store.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, password);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private void drip(OutputStream body) throws IOException {
        try {
            do {
                body.write('.');
                body.flush();
            } while (!over.await(20, java.util.concurrent.TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pour(OutputStream body) throws IOException {
        byte[] much = new byte[4096];
        while (!Thread.currentThread().isInterrupted()) {
            body.write(much);
        }
    }
}
