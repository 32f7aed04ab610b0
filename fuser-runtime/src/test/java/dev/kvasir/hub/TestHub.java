package dev.kvasir.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A hub over real HTTP with one repository, {@code tiny/model}. Weights are "large": their ETag is their SHA-256. */
final class TestHub implements AutoCloseable {

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What is done with one request instead of the usual. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** A request as it came in. */
    record Seen(String method, String path, String range, String authorization) {}

    private final HttpServer server;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Long> listedBytes = new TreeMap<>();
    private final Map<String, Deque<Answer>> instead = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private String card = "{\"license\": \"apache-2.0\"}";

    TestHub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    TestHub with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    TestHub with(String path, String content) {
        return with(path, content.getBytes(StandardCharsets.UTF_8));
    }

    TestHub withFolder(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.toList()) {
                with(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Lists a file with a size that it does not have. */
    TestHub listing(String path, long bytes) {
        listedBytes.put(path, bytes);
        return this;
    }

    TestHub withCard(String json) {
        card = json;
        return this;
    }

    byte[] content(String path) {
        return Objects.requireNonNull(files.get(path), path);
    }

    /** Answers the next requests of this kind otherwise, one each. {@code kind} is a method and the path's end. */
    TestHub instead(String kind, Answer... answers) {
        instead.computeIfAbsent(kind, key -> new ArrayDeque<>()).addAll(Arrays.asList(answers));
        return this;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The ranges asked for by downloads of a file, in order; empty strings for whole files. */
    List<String> rangesOf(String file) {
        return seen.stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().endsWith("/" + file))
                .map(Seen::range)
                .toList();
    }

    void forget() {
        seen.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            seen.add(new Seen(
                    exchange.getRequestMethod(), path, header(exchange, "Range"), header(exchange, "Authorization")));
            Answer answer = planned(exchange.getRequestMethod(), path);
            if (answer != null) {
                answer.to(exchange);
            } else if (path.startsWith("/api/models/tiny/model/revision/")) {
                send(exchange, 200, list().getBytes(StandardCharsets.UTF_8));
            } else if (path.startsWith("/tiny/model/resolve/")) {
                serve(exchange, path.substring(path.indexOf('/', "/tiny/model/resolve/".length()) + 1));
            } else {
                send(exchange, 404, new byte[0]);
            }
        }
    }

    private @Nullable Answer planned(String method, String path) {
        for (var plan : instead.entrySet()) {
            String[] kind = plan.getKey().split(" ", 2);
            synchronized (plan.getValue()) {
                if (method.equals(kind[0])
                        && path.endsWith(kind[1])
                        && !plan.getValue().isEmpty()) {
                    return plan.getValue().poll();
                }
            }
        }
        return null;
    }

    /** Sends a file as the hub does: names, sums and ranges. */
    void serve(HttpExchange exchange, String path) throws IOException {
        if (!files.containsKey(path)) {
            exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
            send(exchange, 404, new byte[0]);
            return;
        }
        byte[] content = content(path);
        describe(exchange, path);
        String range = header(exchange, "Range");
        if (range.isEmpty()) {
            send(exchange, 200, content);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
    }

    void describe(HttpExchange exchange, String path) {
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (isLarge(path)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(content(path)) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content(path).length));
        }
        exchange.getResponseHeaders().set("ETag", "\"" + sha256(content(path)).substring(0, 40) + "\"");
    }

    private String list() {
        List<String> siblings = new ArrayList<>();
        files.forEach((path, content) -> {
            long bytes = listedBytes.getOrDefault(path, (long) content.length);
            String large = isLarge(path)
                    ? ", \"lfs\": {\"sha256\": \"%s\", \"size\": %d}".formatted(sha256(content), bytes)
                    : "";
            siblings.add("{\"rfilename\": \"%s\", \"size\": %d%s}".formatted(path, bytes, large));
        });
        return "{\"id\": \"tiny/model\", \"sha\": \"%s\", \"cardData\": %s, \"siblings\": [%s]}"
                .formatted(COMMIT, card, String.join(", ", siblings));
    }

    private static boolean isLarge(String path) {
        return path.endsWith(".safetensors") || path.endsWith(".gguf");
    }

    static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
        }
    }

    /** A status without more. */
    static Answer status(int status, String... header) {
        return exchange -> {
            for (int i = 0; i + 1 < header.length; i += 2) {
                exchange.getResponseHeaders().set(header[i], header[i + 1]);
            }
            send(exchange, status, new byte[0]);
        };
    }

    /** Announces a whole file, sends its first bytes and breaks the connection. */
    Answer cutAfter(String path, int bytes) {
        return exchange -> {
            describe(exchange, path);
            byte[] content = content(path);
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
        };
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
