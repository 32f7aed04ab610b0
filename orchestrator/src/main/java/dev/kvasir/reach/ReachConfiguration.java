package dev.kvasir.reach;

import dev.kvasir.outbound.OutboundClient;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the way out, in the server and in workers alike. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboundProperties.class)
public class ReachConfiguration {

    @Bean
    OutboundClient outboundClient(OutboundProperties settings) {
        return new OutboundClient(settings.settings());
    }
}
