package dev.kvasir.hub;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which hub is asked, and how.
 *
 * @param endpoint the hub's address, without a slash at its end: https, or http on this machine
 * @param token sent to the endpoint and nowhere else; empty for none
 * @param trustedHosts {@code host} or {@code host:port} that the hub may redirect to although they are private addresses
 * @param patience how often and how long is waited
 */
public record HubSettings(URI endpoint, String token, List<String> trustedHosts, Patience patience) {

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";

    /**
     * How failures that may pass are met.
     *
     * @param tries in a row without a new byte, before giving up
     * @param firstWait before the second try; doubled for every further one
     * @param longestWait also for a hub that names a time itself
     * @param silence how long a connection may send nothing
     */
    public record Patience(int tries, Duration firstWait, Duration longestWait, Duration silence) {

        public static final Patience USUAL =
                new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(60));

        /** @param attempt 1 for the wait after the first try */
        Duration waitAfter(int attempt) {
            Duration wait = firstWait.multipliedBy(1L << Math.min(attempt - 1, 16));
            return wait.compareTo(longestWait) > 0 ? longestWait : wait;
        }
    }

    /** @throws HubException if the endpoint is no address to be trusted, or the token cannot be one */
    public HubSettings {
        trustedHosts = List.copyOf(trustedHosts);
        if (!HubAddresses.isProtected(endpoint)) {
            throw new HubException(
                    HubFault.WRONG_USAGE,
                    "The hub's address '%s' must be https://host (http only on this machine); correct KVASIR_HUB or HF_ENDPOINT."
                            .formatted(endpoint));
        }
        if (!token.matches("[\\x21-\\x7e]{0,1000}")) {
            throw new HubException(
                    HubFault.WRONG_USAGE, "HF_TOKEN holds characters that no token has; set it again, or unset it.");
        }
    }

    /**
     * As the environment says: {@code KVASIR_HUB}, else {@code HF_ENDPOINT}; {@code HF_TOKEN}; {@code KVASIR_HUB_HOSTS},
     * separated by commas.
     *
     * @throws HubException if a variable is wrong
     */
    public static HubSettings fromEnvironment(Map<String, String> environment) {
        String endpoint = environment.getOrDefault("KVASIR_HUB", "").strip();
        if (endpoint.isEmpty()) {
            endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
        }
        List<String> hosts = Arrays.stream(
                        environment.getOrDefault("KVASIR_HUB_HOSTS", "").split(",", -1))
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty())
                .toList();
        return new HubSettings(
                address(endpoint.isEmpty() ? DEFAULT_ENDPOINT : endpoint),
                environment.getOrDefault("HF_TOKEN", "").strip(),
                hosts,
                Patience.USUAL);
    }

    private static URI address(String text) {
        try {
            return URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubFault.WRONG_USAGE,
                    "The hub's address in KVASIR_HUB or HF_ENDPOINT is no address: " + e.getMessage(),
                    e);
        }
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "HubSettings[%s, %s]".formatted(endpoint, token.isEmpty() ? "no token" : "a token");
    }
}
