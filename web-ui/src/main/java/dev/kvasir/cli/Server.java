package dev.kvasir.cli;

import dev.kvasir.KvasirApplication;
import dev.kvasir.access.SignInLinks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The server in this process: pages, REST, timers; it loads no model.
 *
 * @param address such as {@code http://127.0.0.1:8088}
 */
record Server(ConfigurableApplicationContext context, String address) implements AutoCloseable {

    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("spring.datasource.hikari.maximum-pool-size", "10"),
            Map.entry("spring.datasource.hikari.connection-timeout", "2000"),
            Map.entry("spring.datasource.hikari.keepalive-time", "30000"),
            Map.entry("spring.datasource.hikari.data-source-properties.connectTimeout", "5"),
            Map.entry("spring.datasource.hikari.data-source-properties.socketTimeout", "20"),
            Map.entry("spring.jpa.hibernate.ddl-auto", "validate"),
            Map.entry("spring.jpa.open-in-view", "false"),
            Map.entry("spring.session.jdbc.initialize-schema", "never"),
            Map.entry("server.servlet.session.timeout", "8h"),
            Map.entry("server.shutdown", "graceful"),
            Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "25s"),
            Map.entry("spring.threads.virtual.enabled", "true"));

    /**
     * Starts the server.
     *
     * @param home where models and fusers lie
     * @param port the port on the loopback address; 0 for any free one
     * @throws CommandFailedException if the port is taken, or the database cannot be reached
     */
    static Server start(KvasirHome home, int port, String databaseUrl) {
        refuseTaken(port);
        DatabaseProbe.requireReachable(databaseUrl);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(KvasirApplication.class)
                .profiles("serve")
                .bannerMode(Banner.Mode.OFF)
                .properties(DEFAULTS)
                .properties("kvasir.secrets.key-file=" + home.folder().resolve("secrets.key"))
                .run(
                        "--server.port=" + port,
                        "--spring.datasource.url=" + databaseUrl,
                        "--kvasir.pool.home=" + home.folder());
        String bound = context.getEnvironment().getProperty("local.server.port", String.valueOf(port));
        return new Server(context, "http://127.0.0.1:" + bound);
    }

    /** A one-time link for the local owner. */
    String signInLink() {
        SignInLinks links = context.getBean(SignInLinks.class);
        String page = links.isSetUp() ? "/login" : "/setup";
        return address + page + "?link=" + links.issueForOwner();
    }

    @Override
    public void close() {
        context.close();
    }

    private static void refuseTaken(int port) {
        if (port == 0) {
            return;
        }
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            free.setReuseAddress(true);
        } catch (IOException taken) {
            throw new CommandFailedException(
                    ExitCode.REFUSED,
                    "Port %d is taken. Stop what listens there, or choose another: --port %d".formatted(port, port + 1),
                    taken);
        }
    }
}
