package dev.kvasir.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server of this machine's own: real binaries, started with the process and stopped with it, its data kept.
 * It listens on the loopback address only.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "postgres";

    private final EmbeddedPostgres server;

    private EmbeddedDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts the server on a free port.
     *
     * @param folder holds data and binaries; made when absent. A server that an earlier process left behind is stopped
     * @throws CommandFailedException if it does not start
     */
    static EmbeddedDatabase start(Path folder) {
        Path data = folder.resolve("data");
        try {
            Files.createDirectories(folder);
            stopLeftover(data);
            return new EmbeddedDatabase(EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
                    .setPGStartupWait(PATIENCE)
                    .setServerConfig("timezone", "UTC")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "100")
                    .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("postgres.log").toFile()))
                    .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("postgres.log").toFile()))
                    .start());
        } catch (IOException | IllegalStateException failed) {
            throw new CommandFailedException(
                    ExitCode.NOT_REACHABLE,
                    "The embedded PostgreSQL in %s does not start: %s. Its log is %s; or give a server of your own: KVASIR_DATABASE_URL."
                            .formatted(folder, failed.getMessage(), folder.resolve("postgres.log")),
                    failed);
        }
    }

    /** Where it is reached, as JDBC. */
    String url() {
        return server.getJdbcUrl(USER, USER);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new IllegalStateException("The embedded PostgreSQL does not stop: " + failed.getMessage(), failed);
        }
    }

    /** A process that was killed leaves its server running; two of them must not open one folder. */
    private static void stopLeftover(Path data) throws IOException {
        Path note = data.resolve("postmaster.pid");
        if (!Files.exists(note)) {
            return;
        }
        List<String> lines = Files.readAllLines(note);
        Optional<ProcessHandle> leftover = lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(EmbeddedDatabase::isPostgres);
        if (leftover.isPresent()) {
            leftover.get().destroy();
            if (!ended(leftover.get())) {
                leftover.get().destroyForcibly();
                ended(leftover.get());
            }
        }
        Files.deleteIfExists(note);
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> command.contains("postgres"))
                .orElse(false);
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("Waiting for a process cannot fail", impossible);
        }
    }
}
