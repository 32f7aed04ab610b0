package dev.kvasir.reach;

import dev.kvasir.tool.ToolSettings;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What tools may do: {@link ToolSettings}, as settings write them.
 *
 * @param httpGetHosts of the hosts that may be reached, those that {@code builtin:http_get} may read
 * @param timeout of one call
 */
@ConfigurationProperties("kvasir.tools")
record ToolProperties(
        @DefaultValue List<String> httpGetHosts,
        @DefaultValue("30s") Duration timeout) {

    ToolSettings settings() {
        return new ToolSettings(httpGetHosts, timeout);
    }
}
