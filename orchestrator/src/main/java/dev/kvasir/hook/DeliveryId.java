package dev.kvasir.hook;

import dev.kvasir.run.HexIds;
import java.util.Optional;
import java.util.UUID;

/** A delivery, as {@code delivery_} and 32 hexadecimal digits. */
record DeliveryId(UUID value) {

    private static final String PREFIX = "delivery_";

    /** Reads an id as it is written; empty if it is not one. */
    static Optional<DeliveryId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(DeliveryId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
