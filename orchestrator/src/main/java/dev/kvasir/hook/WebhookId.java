package dev.kvasir.hook;

import dev.kvasir.run.HexIds;
import java.util.Optional;
import java.util.UUID;

/** A webhook, as {@code webhook_} and 32 hexadecimal digits. */
record WebhookId(UUID value) {

    private static final String PREFIX = "webhook_";

    /** Reads an id as it is written; empty if it is not one. */
    static Optional<WebhookId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(WebhookId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
