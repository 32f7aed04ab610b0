package dev.kvasir.mcp;

import dev.kvasir.access.EventReaders;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Wires what tools need. */
@Configuration(proxyBeanMethods = false)
@Profile("!worker")
@EnableConfigurationProperties(McpProperties.class)
class McpConfiguration {

    @Bean
    EventReaders openToolCalls(McpProperties settings) {
        return new EventReaders("run", settings.openCalls());
    }
}
