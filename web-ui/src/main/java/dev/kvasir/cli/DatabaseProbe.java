package dev.kvasir.cli;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Asks a database whether it is there, before anything is started on it. */
final class DatabaseProbe {

    private static final String SECONDS = "5";

    private DatabaseProbe() {}

    /**
     * Connects once.
     *
     * @throws CommandFailedException naming host and cure, never the password
     */
    static void requireReachable(String jdbcUrl) {
        Properties settings = new Properties();
        settings.setProperty("connectTimeout", SECONDS);
        settings.setProperty("socketTimeout", SECONDS);
        try (Connection connection = DriverManager.getConnection(jdbcUrl, settings)) {
            connection.isValid(1);
        } catch (SQLException unreachable) {
            throw new CommandFailedException(
                    ExitCode.NOT_REACHABLE,
                    "The database at %s cannot be reached: %s. Start it, or mend %s."
                            .formatted(place(jdbcUrl), firstLine(unreachable), DatabaseAddress.VARIABLE),
                    unreachable);
        }
    }

    private static String place(String jdbcUrl) {
        int query = jdbcUrl.indexOf('?');
        return query < 0 ? jdbcUrl : jdbcUrl.substring(0, query);
    }

    private static String firstLine(SQLException fault) {
        String message = String.valueOf(fault.getMessage()).lines().findFirst().orElse("no reason given");
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
