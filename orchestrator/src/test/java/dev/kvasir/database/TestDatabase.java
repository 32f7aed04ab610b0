package dev.kvasir.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of its own for each test class: one server a JVM, each database copied from a migrated template.
 *
 * <p>The server's time zone is not the JVM's, so that a time which was read in the wrong one shows.
 *
 * @param url a JDBC URL, user and password included
 */
public record TestDatabase(String url) {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A fresh database with every migration applied. */
    public static TestDatabase migrated() {
        String name = "kvasir_" + NUMBER.incrementAndGet();
        run("CREATE DATABASE " + name + " TEMPLATE " + Server.TEMPLATE);
        return named(name);
    }

    /** A fresh database with nothing in it. */
    public static TestDatabase empty() {
        String name = "empty_" + NUMBER.incrementAndGet();
        run("CREATE DATABASE " + name + " TEMPLATE template0");
        return named(name);
    }

    /** Connections without a pool. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    private static TestDatabase named(String name) {
        return new TestDatabase(Server.POSTGRES.getJdbcUrl("postgres", name));
    }

    private static void run(String sql) {
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException broken) {
            throw new IllegalStateException("The test server refused: " + sql, broken);
        }
    }

    /** Started when first needed; dies with the JVM. */
    private static final class Server {

        static final String TEMPLATE = "kvasir_template";
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("timezone", "Asia/Kathmandu")
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "200")
                        .start();
                migrate(server);
                return server;
            } catch (IOException | SQLException broken) {
                throw new UncheckedIOException(
                        "The embedded PostgreSQL does not start.",
                        broken instanceof IOException io ? io : new IOException(broken));
            }
        }

        private static void migrate(EmbeddedPostgres server) throws SQLException {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + TEMPLATE + " TEMPLATE template0");
            }
            Flyway.configure()
                    .dataSource(server.getDatabase("postgres", TEMPLATE))
                    .load()
                    .migrate();
        }
    }
}
