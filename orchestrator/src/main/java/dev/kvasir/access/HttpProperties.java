package dev.kvasir.access;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may reach the server.
 *
 * @param insecureLan whether it may listen beyond this machine without TLS
 * @param hosts names besides the loopback ones under which it is asked, without port
 */
@ConfigurationProperties("kvasir.http")
record HttpProperties(
        @DefaultValue("false") boolean insecureLan,
        @DefaultValue List<String> hosts) {}
