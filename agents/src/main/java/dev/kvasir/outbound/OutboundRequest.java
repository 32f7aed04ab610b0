package dev.kvasir.outbound;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param method such as {@code GET}
 * @param address absolute, without credentials
 * @param headers one value a name; those that frame the message are set by the guard and refused here
 * @param body sent as UTF-8 under the caller's {@code Content-Type}; null for none
 * @param limits null takes those of the settings
 */
public record OutboundRequest(
        String method,
        URI address,
        Map<String, String> headers,
        @Nullable String body,
        @Nullable OutboundLimits limits) {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Set<String> FRAMING = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "accept-encoding");

    public OutboundRequest {
        if (!TOKEN.matcher(method).matches()) {
            throw new IllegalArgumentException("'" + method + "' is not an HTTP method.");
        }
        headers = Map.copyOf(headers);
        headers.forEach(OutboundRequest::requireHeader);
    }

    /** A {@code GET} within the settings' limits. */
    public static OutboundRequest get(URI address, Map<String, String> headers) {
        return new OutboundRequest("GET", address, headers, null, null);
    }

    /** A {@code POST} within the settings' limits. */
    public static OutboundRequest post(URI address, Map<String, String> headers, String body) {
        return new OutboundRequest("POST", address, headers, body, null);
    }

    private static void requireHeader(String name, String value) {
        if (!TOKEN.matcher(name).matches() || FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Header '" + name + "' cannot be set on an outgoing request.");
        }
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "The value of header '" + name + "' must be printable ASCII on one line.");
        }
    }
}
