package dev.kvasir.outbound;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A whole answer, whatever its status; a redirect is one too and was not followed.
 *
 * @param headers names in lower case
 * @param text the body, read as UTF-8; what is not is replaced
 */
public record OutboundAnswer(int status, Map<String, List<String>> headers, String text) {

    public OutboundAnswer {
        headers = Map.copyOf(headers);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }
}
