package dev.kvasir.reach;

import dev.kvasir.outbound.OutboundSettings;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where requests may go: {@link OutboundSettings}, as settings write them.
 *
 * @param hosts that may be reached at all
 * @param plainHttpHosts those of them that may be reached without TLS
 * @param internal names, addresses or ranges that may lie in private or loopback address space
 * @param timeout for a whole exchange
 * @param maxAnswer most bytes of an answer, below 1 GB
 */
@ConfigurationProperties("kvasir.outbound")
record OutboundProperties(
        @DefaultValue List<String> hosts,
        @DefaultValue List<String> plainHttpHosts,
        @DefaultValue List<String> internal,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("1MB") DataSize maxAnswer) {

    OutboundProperties {
        if (maxAnswer.toBytes() >= DataSize.ofGigabytes(1).toBytes()) {
            throw new IllegalArgumentException("kvasir.outbound.max-answer (" + maxAnswer + ") must be below 1 GB.");
        }
    }

    OutboundSettings settings() {
        return new OutboundSettings(hosts, plainHttpHosts, internal, timeout, Math.toIntExact(maxAnswer.toBytes()));
    }
}
