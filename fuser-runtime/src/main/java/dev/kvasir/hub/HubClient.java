package dev.kvasir.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speaks the hub's HTTP: addresses, the token, redirects that are looked at before they are followed. */
final class HubClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MAX_REDIRECTS = 6;
    private static final int MAX_LIST_BYTES = 16 << 20;
    private static final String LINKED_ETAG = "X-Linked-Etag";

    private final HubSettings settings;
    private final HubAddresses addresses;
    private final HttpClient http;

    HubClient(HubSettings settings) {
        this.settings = settings;
        this.addresses = new HubAddresses(settings);
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** The list of a revision's files. */
    HubListing list(HubReference reference) throws IOException {
        URI address = address("/api/models/%s/%s/revision/%s?blobs=true"
                .formatted(encoded(reference.owner()), encoded(reference.name()), encoded(reference.revision())));
        HubAnswer answer = follow(HttpRequest.newBuilder(address).GET(), address);
        try (InputStream body = answer.body()) {
            HubRefusal.check(answer, settings, reference, "");
            byte[] json = body.readNBytes(MAX_LIST_BYTES + 1);
            if (json.length > MAX_LIST_BYTES) {
                throw new HubException(
                        HubFault.REFUSED,
                        "The hub's list of %s is longer than %d MiB.".formatted(reference, MAX_LIST_BYTES >> 20));
            }
            return HubListing.read(reference, json);
        }
    }

    /** What a file is now; only hops within the hub are followed, the first towards a storage tells enough. */
    HubAnswer head(HubReference reference, String commit, HubFile file) throws IOException {
        URI address = fileAddress(reference, commit, file);
        var request = HttpRequest.newBuilder(address).method("HEAD", HttpRequest.BodyPublishers.noBody());
        HubAnswer answer = follow(request, address);
        answer.body().close();
        HubRefusal.check(answer, settings, reference, file.path());
        return answer;
    }

    /** A file's bytes from a position on; the status may also be 416, if there are none. The caller closes the body. */
    HubAnswer get(HubReference reference, String commit, HubFile file, long from) throws IOException {
        URI address = fileAddress(reference, commit, file);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).GET();
        if (from > 0) {
            request.setHeader("Range", "bytes=" + from + "-");
        }
        HubAnswer answer = follow(request, address);
        if (answer.status() != HubRefusal.BEYOND_THE_END) {
            HubRefusal.check(answer, settings, reference, file.path());
        }
        return answer;
    }

    private HubAnswer follow(HttpRequest.Builder request, URI start) throws IOException {
        URI address = start;
        var told = new Told();
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(request, address);
            told.hear(response.headers());
            URI next = redirect(response, address);
            if (next == null) {
                return told.answer(response);
            }
            boolean headOnly = response.request().method().equals("HEAD");
            if (headOnly && !addresses.isHub(next) && !told.etag.isEmpty()) {
                addresses.requireAllowed(next);
                return told.atStorage(response);
            }
            response.body().close();
            addresses.requireAllowed(next);
            address = next;
        }
        throw new HubException(
                HubFault.REFUSED,
                "The hub %s redirects more than %d times.".formatted(settings.endpoint(), MAX_REDIRECTS));
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request, URI address) throws IOException {
        HttpRequest.Builder hop = request.copy()
                .uri(address)
                .timeout(settings.patience().silence())
                .setHeader("Accept-Encoding", "identity")
                .setHeader("User-Agent", "kvasir");
        if (addresses.isHub(address) && !settings.token().isEmpty()) {
            hop.setHeader("Authorization", "Bearer " + settings.token());
        }
        try {
            return http.send(hop.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException(HubFault.NOT_REACHABLE, "The pull was interrupted; run it again to go on.", e);
        }
    }

    private static @Nullable URI redirect(HttpResponse<?> response, URI from) {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 -> {
                String location = response.headers().firstValue("Location").orElse("");
                try {
                    yield from.resolve(URI.create(location));
                } catch (IllegalArgumentException e) {
                    throw new HubException(HubFault.REFUSED, "The hub redirects to something that is no address.", e);
                }
            }
            default -> null;
        };
    }

    private URI fileAddress(HubReference reference, String commit, HubFile file) {
        return address("/%s/%s/resolve/%s/%s"
                .formatted(
                        encoded(reference.owner()),
                        encoded(reference.name()),
                        encoded(commit),
                        encoded(file.path()).replace("%2F", "/")));
    }

    private URI address(String path) {
        return URI.create(settings.endpoint() + path);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** What the hops said about the file, the hub's own word first. */
    private static final class Told {

        private String etag = "";
        private long linkedBytes = -1;
        private String commit = "";

        void hear(HttpHeaders headers) {
            if (etag.isEmpty()) {
                etag = bare(headers.firstValue(LINKED_ETAG).orElse(""));
                linkedBytes = headers.firstValueAsLong("X-Linked-Size").orElse(-1);
            }
            if (commit.isEmpty()) {
                commit = headers.firstValue("X-Repo-Commit").orElse("");
            }
        }

        HubAnswer answer(HttpResponse<InputStream> last) {
            String own = etag.isEmpty() ? bare(last.headers().firstValue("ETag").orElse("")) : etag;
            return new HubAnswer(last.statusCode(), last.headers(), own, linkedBytes, commit, last.body());
        }

        /** A file whose bytes lie elsewhere: it is there, and the hub has said which it is. */
        HubAnswer atStorage(HttpResponse<InputStream> hop) {
            HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
            return new HubAnswer(HubAnswer.OK, none, etag, linkedBytes, commit, hop.body());
        }

        private static String bare(String etag) {
            return etag.replaceFirst("^W/", "").replace("\"", "");
        }
    }
}
