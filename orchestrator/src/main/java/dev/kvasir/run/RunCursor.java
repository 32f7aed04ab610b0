package dev.kvasir.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** Where a list goes on, opaque to callers; tied to its owner, and an altered one is refused. */
final class RunCursor {

    private static final int BYTES = 8 + 16 + 8;

    /** The last run of a page. */
    record Place(Instant createdAt, UUID run) {}

    String write(Place place, UUID owner) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.createdAt()))
                .putLong(place.run().getMostSignificantBits())
                .putLong(place.run().getLeastSignificantBits())
                .putLong(seal(place, owner));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    Place read(String cursor, UUID owner) {
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor.getBytes(StandardCharsets.US_ASCII)));
            if (bytes.remaining() != BYTES) {
                throw new CursorInvalidException();
            }
            Place place = new Place(
                    Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS), new UUID(bytes.getLong(), bytes.getLong()));
            if (bytes.getLong() != seal(place, owner)) {
                throw new CursorInvalidException();
            }
            return place;
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException altered) {
            throw new CursorInvalidException();
        }
    }

    private static long seal(Place place, UUID owner) {
        return Long.parseUnsignedLong(Digests.sha256(owner + "/" + place).substring(0, 16), 16);
    }
}
