package dev.kvasir.run;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids as callers see them: a prefix and the 32 hexadecimal digits of a UUIDv7. */
public final class HexIds {

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{32}");
    private static final NoArgGenerator UUIDS = Generators.timeBasedEpochGenerator();

    private HexIds() {}

    /** Ids made later sort later. */
    public static UUID next() {
        return UUIDS.generate();
    }

    public static String format(String prefix, UUID id) {
        return prefix + id.toString().replace("-", "");
    }

    /** The id that a text with this prefix is; empty if it is none. */
    public static Optional<UUID> parse(String prefix, String text) {
        if (!text.startsWith(prefix)) {
            return Optional.empty();
        }
        String digits = text.substring(prefix.length());
        if (!DIGITS.matcher(digits).matches()) {
            return Optional.empty();
        }
        return Optional.of(new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16)));
    }
}
