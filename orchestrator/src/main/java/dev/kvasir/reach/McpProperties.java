package dev.kvasir.reach;

import dev.kvasir.mcpclient.McpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * MCP servers whose tools agents may call.
 *
 * @param servers by name
 * @param refresh how old a list of tools may be
 * @param timeout of one request to a server
 */
@ConfigurationProperties("kvasir.mcp")
record McpProperties(
        @DefaultValue Map<String, Server> servers,
        @DefaultValue("60s") Duration refresh,
        @DefaultValue("20s") Duration timeout) {

    /**
     * One server.
     *
     * @param url where it takes streamable HTTP
     * @param tokenEnv the environment variable that holds its bearer token
     * @param tokenFile the file that holds it; read with each request, so that it can be exchanged
     */
    record Server(
            URI url, @Nullable String tokenEnv, @Nullable Path tokenFile) {

        Server {
            if (tokenEnv != null && tokenFile != null) {
                throw new IllegalArgumentException("kvasir.mcp.servers: name the token of " + url
                        + " by token-env or by token-file, not by both.");
            }
        }

        Optional<String> token() {
            if (tokenEnv != null) {
                return Optional.ofNullable(System.getenv(tokenEnv)).filter(token -> !token.isBlank());
            }
            return Optional.ofNullable(tokenFile).map(Server::read);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file).strip();
            } catch (IOException unreadable) {
                throw new UncheckedIOException("The token file " + file + " cannot be read.", unreadable);
            }
        }
    }

    List<McpServer> list() {
        return servers.entrySet().stream()
                .map(server -> new McpServer(server.getKey(), server.getValue().url(), server.getValue()::token))
                .toList();
    }
}
