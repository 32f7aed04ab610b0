package dev.kvasir.mcpclient;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The data of server-sent events, one after the other. */
final class ServerSentEvents {

    private final BufferedReader lines;

    ServerSentEvents(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Of the next event that has any; empty at the end. */
    Optional<String> next() {
        StringBuilder data = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    data.append(data.isEmpty() ? "" : "\n")
                            .append(line.substring("data:".length()).strip());
                }
                if (line.isEmpty() && !data.isEmpty()) {
                    return Optional.of(data.toString());
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // the body throws its own
        }
        return data.isEmpty() ? Optional.empty() : Optional.of(data.toString());
    }
}
