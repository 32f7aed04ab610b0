package dev.kvasir.outbound;

import java.time.Duration;
import java.util.List;

/**
 * Where Kvasir may send requests, and how much it takes of an answer. Only an administrator sets these.
 *
 * <p>A host is {@code api.example.org}, {@code *.example.org} (every name below, not itself), either with {@code :8443}, or an
 * address such as {@code 10.1.2.3} or {@code [fd00::1]:8443}. Without a port it is allowed at its scheme's own (443, 80).
 *
 * @param hosts that may be reached at all; none by default
 * @param plainHttpHosts those of them that may be reached without TLS
 * @param internal names, addresses or ranges ({@code 10.1.0.0/16}) that may lie in private, loopback or otherwise special address
 *     space, where nothing is reached by default
 * @param timeout for a whole exchange, from looking the name up to the last byte, where a request says nothing else
 * @param maxAnswerBytes of a body, where a request says nothing else
 */
public record OutboundSettings(
        List<String> hosts, List<String> plainHttpHosts, List<String> internal, Duration timeout, int maxAnswerBytes) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    public static final int DEFAULT_MAX_ANSWER_BYTES = 1 << 20;

    /** Nothing may be reached. */
    public static final OutboundSettings NOTHING =
            new OutboundSettings(List.of(), List.of(), List.of(), DEFAULT_TIMEOUT, DEFAULT_MAX_ANSWER_BYTES);

    public OutboundSettings {
        hosts = List.copyOf(hosts);
        plainHttpHosts = List.copyOf(plainHttpHosts);
        internal = List.copyOf(internal);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("kvasir.outbound.timeout must be above 0, not " + timeout + ".");
        }
        if (maxAnswerBytes < 1) {
            throw new IllegalArgumentException(
                    "kvasir.outbound.max-answer must be at least 1 byte, not " + maxAnswerBytes + ".");
        }
    }
}
