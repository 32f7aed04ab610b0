package dev.kvasir.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The database as the environment names it: a JDBC URL, or the {@code postgres://} form of hosting services. */
final class DatabaseAddress {

    static final String VARIABLE = "KVASIR_DATABASE_URL";

    private DatabaseAddress() {}

    /**
     * What {@code KVASIR_DATABASE_URL} says, as JDBC.
     *
     * @throws CommandFailedException if it is not set or cannot be read
     */
    static String fromEnvironment() {
        String named = System.getenv(VARIABLE);
        if (named == null || named.isBlank()) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE,
                    "No database is named. Set " + VARIABLE
                            + " to jdbc:postgresql://HOST/DATABASE?user=USER&password=PASSWORD, or run: kvasir up");
        }
        return toJdbc(named.strip());
    }

    /**
     * The same for a worker; where the environment names none, the database that {@code up} runs on this home.
     *
     * @throws CommandFailedException if neither is there
     */
    static String forWorker(KvasirHome home) {
        String named = System.getenv(VARIABLE);
        Path file = local(home);
        if ((named != null && !named.isBlank()) || !Files.isRegularFile(file)) {
            return fromEnvironment();
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "Cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Tells workers on this home where the database is that {@code up} runs; only the owner can read it. */
    static void keep(KvasirHome home, String jdbcUrl) {
        ReadyMessage.keep(local(home), jdbcUrl + "\n");
    }

    /** The database is about to stop. */
    static void forget(KvasirHome home) {
        try {
            Files.deleteIfExists(local(home));
        } catch (IOException failed) {
            throw new UncheckedIOException("Cannot delete " + local(home), failed);
        }
    }

    private static Path local(KvasirHome home) {
        return home.folder().resolve("database");
    }

    static String toJdbc(String address) {
        if (address.startsWith("jdbc:postgresql:")) {
            return address;
        }
        if (!address.startsWith("postgres://") && !address.startsWith("postgresql://")) {
            throw unreadable();
        }
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException broken) {
            throw unreadable();
        }
        StringBuilder jdbc = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
        if (uri.getPort() >= 0) {
            jdbc.append(':').append(uri.getPort());
        }
        jdbc.append(uri.getRawPath());
        String separator = "?";
        if (uri.getRawQuery() != null) {
            jdbc.append('?').append(uri.getRawQuery());
            separator = "&";
        }
        if (uri.getRawUserInfo() != null) {
            String[] parts = uri.getRawUserInfo().split(":", 2);
            jdbc.append(separator).append("user=").append(parts[0]);
            if (parts.length == 2) {
                jdbc.append("&password=").append(parts[1]);
            }
        }
        return jdbc.toString();
    }

    /** The address is not repeated: it may hold a password. */
    private static CommandFailedException unreadable() {
        return new CommandFailedException(
                ExitCode.WRONG_USAGE,
                VARIABLE + " is not a PostgreSQL address. Write it like jdbc:postgresql://HOST/DATABASE or"
                        + " postgres://USER:PASSWORD@HOST/DATABASE.");
    }
}
