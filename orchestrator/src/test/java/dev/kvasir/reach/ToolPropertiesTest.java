package dev.kvasir.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.mcpclient.McpServer;
import dev.kvasir.tool.ToolSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ToolPropertiesTest {

    @Test
    void toolsReadNoHostAndEndAfterHalfAMinuteUnlessToldOtherwise() {
        assertThat(tools(Map.of()).settings()).isEqualTo(new ToolSettings(List.of(), Duration.ofSeconds(30)));
        assertThat(tools(Map.of("KVASIR_TOOLS_HTTPGETHOSTS", "api.example.org", "KVASIR_TOOLS_TIMEOUT", "5s"))
                        .settings())
                .isEqualTo(new ToolSettings(List.of("api.example.org"), Duration.ofSeconds(5)));
    }

    @Test
    void thereIsNoMcpServerUnlessOneIsNamed() {
        McpProperties none = mcp(Map.of());
        assertThat(none.list()).isEmpty();
        assertThat(none.refresh()).isEqualTo(Duration.ofSeconds(60));
        assertThat(none.timeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aServerIsNamedByItsAddressAndItsTokenByReference(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "hush\n");
        McpServer server = mcp(Map.of(
                        "KVASIR_MCP_SERVERS_SHOP_URL",
                        "https://shop.example.org/mcp",
                        "KVASIR_MCP_SERVERS_SHOP_TOKENFILE",
                        file.toString()))
                .list()
                .getFirst();
        assertThat(server.name()).isEqualTo("shop");
        assertThat(server.url()).isEqualTo(URI.create("https://shop.example.org/mcp"));
        assertThat(server.token().get()).contains("hush");
        Files.writeString(file, "exchanged");
        assertThat(server.token().get()).contains("exchanged");
    }

    @Test
    void aTokenHasOnePlace() {
        assertThatThrownBy(() -> mcp(Map.of(
                        "KVASIR_MCP_SERVERS_SHOP_URL", "https://shop.example.org/mcp",
                        "KVASIR_MCP_SERVERS_SHOP_TOKENENV", "TOKEN",
                        "KVASIR_MCP_SERVERS_SHOP_TOKENFILE", "/token")))
                .rootCause()
                .hasMessage(
                        "kvasir.mcp.servers: name the token of https://shop.example.org/mcp by token-env or by token-file,"
                                + " not by both.");
    }

    private static ToolProperties tools(Map<String, Object> variables) {
        return binder(variables).bindOrCreate("kvasir.tools", ToolProperties.class);
    }

    private static McpProperties mcp(Map<String, Object> variables) {
        return binder(variables).bindOrCreate("kvasir.mcp", McpProperties.class);
    }

    private static Binder binder(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
        return new Binder(ConfigurationPropertySources.get(environment));
    }
}
