package dev.kvasir.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Receives webhooks over real HTTP. What it does with a message depends on the first part of the path. */
final class Receiver implements AutoCloseable {

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::receive);
        server.start();
    }

    /** A message as it came. */
    record Received(String path, Map<String, List<String>> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        /** Whether the message is signed by a secret. */
        boolean isSignedBy(String secret) {
            String expected = Signature.of(
                    secret,
                    header("Webhook-id"),
                    Long.parseLong(header("Webhook-timestamp")),
                    body.getBytes(StandardCharsets.UTF_8));
            return Signature.isAmong(header("Webhook-signature"), expected);
        }
    }

    /** How a message is answered. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange exchange, int number) throws IOException;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** Answers messages at a path otherwise than with 204. */
    void on(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    List<Received> at(String path) {
        return received.stream().filter(one -> one.path().equals(path)).toList();
    }

    static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(new Received(path, Map.copyOf(exchange.getRequestHeaders()), body));
        int number = at(path).size();
        try (exchange) {
            behaviours.getOrDefault(path, (one, count) -> status(one, 204)).answer(exchange, number);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
