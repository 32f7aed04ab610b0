package dev.kvasir.cli;

import dev.kvasir.run.WorkerApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Claims islands from the database and runs their models, until it is told to stop. */
@Command(
        name = "worker",
        description =
                "Loads models and runs islands, from the database that KVASIR_DATABASE_URL names or that up runs here.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {

    @Option(names = "--slots", description = "How many islands it runs at once.", defaultValue = "2")
    private int slots = 2;

    @Option(names = "--pool", description = "The pool whose work it takes.", defaultValue = "default")
    private String pool = "default";

    @Option(
            names = "--local-documents",
            paramLabel = "FOLDER",
            description =
                    "Files that agents of this pool may read, and whose text stays on this worker; none if not given.")
    private @Nullable Path localDocuments;

    @Option(
            names = "--devices",
            description = "The devices it may use; only cpu in this version.",
            defaultValue = "cpu")
    private String devices = "cpu";

    @Override
    public Integer call() throws InterruptedException {
        if (!devices.equals("cpu") && !devices.equals("cpu:0")) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "Device '" + devices + "' is not available. This version runs on cpu.");
        }
        KvasirHome home = KvasirHome.locate();
        String database = DatabaseAddress.forWorker(home);
        DatabaseProbe.requireReachable(database);
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.datasource.url=" + database);
        arguments.add("--kvasir.dispatch.slots=" + slots);
        arguments.add("--kvasir.dispatch.pool=" + pool);
        arguments.add("--kvasir.pool.home=" + home.folder());
        if (localDocuments != null) {
            arguments.add("--kvasir.worker.local-documents=" + localDocuments.toAbsolutePath());
        }
        WorkerApplication.start(arguments.toArray(String[]::new));
        new CountDownLatch(1).await(); // the process ends by its signals; Spring drains it
        return ExitCode.TERMINATED.number();
    }
}
