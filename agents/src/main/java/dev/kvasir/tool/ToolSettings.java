package dev.kvasir.tool;

import java.time.Duration;
import java.util.List;

/**
 * What tools may do. Only an administrator sets these.
 *
 * @param httpGetHosts of the hosts that may be reached at all, those that {@code builtin:http_get} may read; written alike. None by
 *     default, and then there is no such tool
 * @param timeout of one call
 */
public record ToolSettings(List<String> httpGetHosts, Duration timeout) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    public ToolSettings {
        httpGetHosts = List.copyOf(httpGetHosts);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("kvasir.tools.timeout must be above 0, not " + timeout + ".");
        }
    }
}
