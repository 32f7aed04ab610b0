package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as a process, with its environment, against a hub over real HTTP. */
class ModelsPullIT {

    private static final Path TINY =
            Path.of("..", "fuser-runtime", "src", "test", "resources", "golden", "models", "malformed", "base");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path home;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final HttpServer hub = listener();

    private static HttpServer listener() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void openHub() throws IOException {
        try (Stream<Path> entries = Files.list(TINY)) {
            for (Path file : entries.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        files.put("LICENSE", "Do as you please.".getBytes(StandardCharsets.UTF_8));
        hub.createContext("/", this::handle);
        hub.start();
    }

    @AfterEach
    void closeHub() {
        hub.stop(0);
    }

    @Test
    void aPulledModelIsListedAndInspectedWithItsLicence() throws Exception {
        Outcome pulled = kvasir("models", "pull", "hf:tiny/model@v1", "--name", "tiny");
        assertThat(pulled.err())
                .contains("model.safetensors: 4.1 KiB", "Licence: mit. See: kvasir models inspect tiny --terms");
        assertThat(pulled.code()).isZero();
        assertThat(pulled.out()).startsWith("tiny  ");
        assertThat(pulled.err()).doesNotContain("\r", "\u001b");

        JsonNode listed =
                JsonMapper.shared().readTree(kvasir("models", "list", "--json").out());
        assertThat(listed.path("licence").asString()).isEqualTo("mit");
        assertThat(listed.path("terms").toString()).isEqualTo("[\"LICENSE\"]");
        assertThat(listed.path("origin").toString())
                .isEqualTo("{\"source\":\"hf:tiny/model\",\"revision\":\"v1\",\"commit\":\"" + COMMIT + "\"}");

        assertThat(kvasir("models", "inspect", "tiny").out())
                .contains(
                        "source           hf:tiny/model at " + COMMIT,
                        "licence          mit",
                        "terms            LICENSE; --terms prints them");
        assertThat(kvasir("models", "inspect", "tiny", "--terms").out()).isEqualTo("==== LICENSE\nDo as you please.\n");
    }

    @Test
    void eachRefusalIsOneSentenceAndItsExitCode() throws Exception {
        assertFailure(
                kvasir("models", "pull", "hf:absent/model"),
                ExitCode.NOT_FOUND,
                "There is no model absent/model with a revision 'main' at HUB (404); check owner, name and revision.");
        assertFailure(
                kvasir("models", "pull", "hf:gated/model"),
                ExitCode.REFUSED,
                "gated/model is gated (403): accept its terms at HUB/gated/model, then set HF_TOKEN to a token of that"
                        + " account.");
        assertFailure(
                kvasir("models", "pull", "hf:private/model"),
                ExitCode.REFUSED,
                "private/model does not exist at HUB, or is private (401); check the name, or set HF_TOKEN to a token that"
                        + " may read it.");
        assertFailure(
                kvasir("models", "pull", "gpt2"),
                ExitCode.WRONG_USAGE,
                "'gpt2' is not of the form hf:owner/name[@revision][:file.gguf].");
        assertFailure(
                kvasir("models", "add", "hf:tiny/model"),
                ExitCode.WRONG_USAGE,
                "A model of a hub is pulled: kvasir models pull hf:tiny/model");
        assertThat(kvasir("models", "list").out()).isEmpty();
    }

    @Test
    void aHubThatIsNotThereIsNotReachable() throws Exception {
        hub.stop(0);

        Outcome outcome = kvasir("models", "pull", "hf:tiny/model", "--quiet");

        assertFailure(
                outcome,
                ExitCode.NOT_REACHABLE,
                "The hub HUB cannot be reached: it refuses the connection. It was tried 5 times. Check the connection, or"
                        + " name a mirror in HF_ENDPOINT; what has arrived is kept.");
    }

    private void assertFailure(Outcome outcome, ExitCode code, String sentence) {
        assertThat(outcome.err()).isEqualTo("kvasir: " + sentence.replace("HUB", address()) + "\n");
        assertThat(outcome.code()).isEqualTo(code.number());
        assertThat(outcome.out()).isEmpty();
    }

    private record Outcome(int code, String out, String err) {}

    private Outcome kvasir(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KvasirCommand.class.getName()));
        command.addAll(List.of(arguments));
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("KVASIR_HOME", home.resolve("kvasir").toString());
        builder.environment().put("HF_ENDPOINT", address());
        builder.environment().keySet().removeAll(List.of("HF_TOKEN", "KVASIR_HUB", "JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String address() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String prefix = "/tiny/model/resolve/" + COMMIT + "/";
        if (path.equals("/api/models/tiny/model/revision/v1")) {
            send(exchange, 200, list().getBytes(StandardCharsets.UTF_8));
        } else if (path.startsWith(prefix) && files.containsKey(path.substring(prefix.length()))) {
            exchange.getResponseHeaders().set("ETag", "\"%s\"".formatted(path.hashCode()));
            send(exchange, 200, files.getOrDefault(path.substring(prefix.length()), new byte[0]));
        } else if (path.contains("gated")) {
            exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
            send(exchange, 403, new byte[0]);
        } else {
            send(exchange, path.contains("private") ? 401 : 404, new byte[0]);
        }
    }

    private String list() {
        List<String> siblings = new ArrayList<>();
        files.forEach((name, content) ->
                siblings.add("{\"rfilename\": \"%s\", \"size\": %d}".formatted(name, content.length)));
        return "{\"sha\": \"%s\", \"cardData\": {\"license\": \"mit\"}, \"siblings\": [%s]}"
                .formatted(COMMIT, String.join(", ", siblings));
    }

    private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }
}
