package dev.kvasir.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pages, REST and timers on a database of your own; workers are started apart. */
@Command(
        name = "serve",
        description = "Serves pages and REST; KVASIR_DATABASE_URL names the database.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Option(names = "--port", description = "The port on 127.0.0.1.", defaultValue = "8088")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        KvasirHome home = KvasirHome.locate();
        Server server = Server.start(home, port, DatabaseAddress.fromEnvironment());
        ReadyMessage.print(server, home);
        new CountDownLatch(1).await(); // the process ends by its signals; Spring drains it
        return ExitCode.TERMINATED.number();
    }
}
