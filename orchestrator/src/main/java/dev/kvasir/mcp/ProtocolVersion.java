package dev.kvasir.mcp;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The revisions of the protocol that are spoken, oldest first. What sets them apart for tools is small. */
enum ProtocolVersion {
    /** Takes several messages in one body. */
    V2025_03_26("2025-03-26"),
    /** One message a body; results with structure. */
    V2025_06_18("2025-06-18"),
    /** Wrong arguments are a tool's result, not a fault of the protocol; so they are under the others, too. */
    V2025_11_25("2025-11-25");

    private final String date;

    ProtocolVersion(String date) {
        this.date = date;
    }

    String date() {
        return date;
    }

    /** The version that both sides will speak: the one that is asked for, else the newest. */
    static ProtocolVersion negotiated(String asked) {
        return of(asked).orElse(V2025_11_25);
    }

    /**
     * The version that a later request says it speaks.
     *
     * @param header absent where clients do not say it yet
     */
    static ProtocolVersion spoken(@Nullable String header) {
        return header == null
                ? V2025_03_26
                : of(header)
                        .orElseThrow(() -> new ProblemException(
                                ProblemType.MALFORMED_REQUEST,
                                "MCP-Protocol-Version is not one that is spoken here. Spoken: %s."
                                        .formatted(String.join(", ", dates()))));
    }

    private static List<String> dates() {
        return Arrays.stream(values()).map(ProtocolVersion::date).toList();
    }

    private static Optional<ProtocolVersion> of(String date) {
        return Arrays.stream(values())
                .filter(version -> version.date.equals(date))
                .findFirst();
    }
}
