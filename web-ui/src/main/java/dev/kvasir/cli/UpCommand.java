package dev.kvasir.cli;

import dev.kvasir.pocket.PocketPair;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole of Kvasir on one machine. */
@Command(
        name = "up",
        description = "Starts an embedded PostgreSQL, the server and one worker.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    @Option(names = "--port", description = "The port on 127.0.0.1.", defaultValue = "8088")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        KvasirHome home = KvasirHome.locate();
        LocalInstallation installation = LocalInstallation.start(home, port);
        Runtime.getRuntime().addShutdownHook(new Thread(installation::close, "kvasir-stop"));
        FirstStart.on(installation.server());
        ReadyMessage.print(installation.server(), home);
        new CountDownLatch(1).await(); // the process ends by its signals; the hook stops everything in order
        return ExitCode.TERMINATED.number();
    }

    /** What {@code up} starts; also what a command starts for itself when no server is running. */
    record LocalInstallation(
            KvasirHome home, HomeLock lock, EmbeddedDatabase database, Server server, WorkerSupervisor worker)
            implements AutoCloseable {

        static LocalInstallation start(KvasirHome home, int port) {
            HomeLock lock = HomeLock.take(home);
            PocketPair.install(home.folder());
            EmbeddedDatabase database = EmbeddedDatabase.start(home.folder().resolve("postgres"));
            try {
                Server server = Server.start(home, port, database.url());
                WorkerSupervisor worker = WorkerSupervisor.start(Map.of(
                        DatabaseAddress.VARIABLE,
                        database.url(),
                        KvasirHome.VARIABLE,
                        home.folder().toString()));
                LocalKey.keep(server, home);
                DatabaseAddress.keep(home, database.url());
                return new LocalInstallation(home, lock, database, server, worker);
            } catch (RuntimeException failed) {
                database.close();
                throw failed;
            }
        }

        /** Worker first, so that it can hand back what it runs; the database last. */
        @Override
        public void close() {
            worker.close();
            server.close();
            DatabaseAddress.forget(home);
            database.close();
            lock.close();
        }
    }
}
