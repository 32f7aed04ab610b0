package dev.kvasir.reach;

import dev.kvasir.mcpclient.McpTools;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.tool.BuiltInTools;
import dev.kvasir.tool.FunctionTools;
import dev.kvasir.tool.ToolFunctions;
import dev.kvasir.tool.ToolSettings;
import dev.kvasir.tool.Toolbox;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the way out and the tools, in the server and in workers alike. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OutboundProperties.class, ToolProperties.class, McpProperties.class})
public class ReachConfiguration {

    @Bean
    OutboundClient outboundClient(OutboundProperties settings) {
        return new OutboundClient(settings.settings());
    }

    @Bean
    McpTools mcpTools(McpProperties settings, OutboundClient outbound) {
        return new McpTools(settings.list(), outbound, settings.refresh(), settings.timeout());
    }

    /** Built-in tools, the functions of every {@link ToolFunctions} bean, and those of MCP servers. */
    @Bean
    Toolbox toolbox(
            ToolProperties settings, OutboundClient outbound, ObjectProvider<ToolFunctions> functions, McpTools mcp) {
        ToolSettings tools = settings.settings();
        return new Toolbox(
                List.of(
                        new BuiltInTools(tools, outbound),
                        new FunctionTools(functions.orderedStream().toList()),
                        mcp),
                tools.timeout());
    }
}
