package dev.kvasir.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks REST with a Kvasir server. Problem documents come out as {@link CommandFailedException}, sentence and all. */
final class ApiClient {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(75);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;
    private final String key;

    ApiClient(String address, String key) {
        this.address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        this.key = key;
    }

    String address() {
        return address;
    }

    /** An answer: its status and JSON, and the ETag if it has one. */
    record Answer(int status, JsonNode body, Optional<String> tag) {}

    JsonNode get(String path) {
        return send(request(path).GET().build()).body();
    }

    /** What a path holds; empty on 404. */
    Optional<Answer> find(String path) {
        HttpResponse<String> response = exchange(request(path).GET().build());
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(answer(response));
    }

    JsonNode post(String path, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        return send(request.build()).body();
    }

    /** What a path holds, as it is written. */
    String getText(String path) {
        HttpResponse<String> response = exchange(request(path).GET().build());
        return response.statusCode() >= 400 ? answer(response).body().toString() : response.body();
    }

    /** Posts a document as it is written. */
    JsonNode postText(String path, String document, String type) {
        return send(request(path)
                        .header("Content-Type", type)
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(document))
                        .build())
                .body();
    }

    JsonNode put(String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(request.build()).body();
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + key);
    }

    private Answer send(HttpRequest request) {
        return answer(exchange(request));
    }

    private Answer answer(HttpResponse<String> response) {
        JsonNode body = response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
        if (response.statusCode() >= 400) {
            throw refused(response.statusCode(), body);
        }
        return new Answer(response.statusCode(), body, response.headers().firstValue("ETag"));
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException slow) {
            throw new CommandFailedException(
                    ExitCode.TIMED_OUT, "The server at " + address + " did not answer in time.", slow);
        } catch (ConnectException away) {
            throw new CommandFailedException(
                    ExitCode.NOT_REACHABLE,
                    "No server answers at " + address + ". Start one: kvasir up, or name another with --server.",
                    away);
        } catch (IOException broken) {
            throw new CommandFailedException(
                    ExitCode.NOT_REACHABLE,
                    "The connection to " + address + " broke: " + broken.getMessage() + ". Try again.",
                    broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(ExitCode.INTERRUPTED, "Interrupted.", interrupted);
        }
    }

    private static CommandFailedException refused(int status, JsonNode problem) {
        StringBuilder sentence = new StringBuilder(
                problem.path("detail").asString(problem.path("title").asString("The server answered " + status + ".")));
        for (JsonNode fault : problem.path("errors")) {
            sentence.append("\n  ")
                    .append(fault.path("pointer").asString(""))
                    .append("  ")
                    .append(fault.path("detail").asString(""));
        }
        ExitCode code = switch (status) {
            case 404 -> ExitCode.NOT_FOUND;
            case 503 -> ExitCode.NOT_REACHABLE;
            case 500 -> ExitCode.OUR_FAULT;
            default -> ExitCode.REFUSED;
        };
        return new CommandFailedException(code, sentence.toString());
    }
}
