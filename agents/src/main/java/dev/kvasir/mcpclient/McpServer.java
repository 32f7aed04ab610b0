package dev.kvasir.mcpclient;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * An MCP server that an administrator named.
 *
 * @param name as in {@code mcp:<name>/<tool>}: a-z, 0-9, {@code _} and {@code -}, up to 64
 * @param url where it takes streamable HTTP
 * @param token asked for with each request and sent as a bearer token, if there is one; nowhere else
 */
public record McpServer(String name, URI url, Supplier<Optional<String>> token) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}");

    public McpServer {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "kvasir.mcp.servers: '" + name + "' is not a name. Use a-z, 0-9, _ and -, up to 64.");
        }
    }
}
