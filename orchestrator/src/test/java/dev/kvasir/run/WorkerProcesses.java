package dev.kvasir.run;

import dev.kvasir.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Worker processes of a test, with the fast constants; all are killed at its end. */
final class WorkerProcesses implements AutoCloseable {

    private final TestDatabase database;
    private final List<Process> started = new ArrayList<>();
    private final Path folder;

    WorkerProcesses(TestDatabase database) {
        this.database = database;
        try {
            this.folder = Files.createTempDirectory("workers");
        } catch (IOException full) {
            throw new IllegalStateException("No folder for the workers' logs", full);
        }
    }

    Process start(String name) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName(),
                "--kvasir.dispatch.name=" + name,
                "--kvasir.dispatch.heartbeat=500ms",
                "--kvasir.dispatch.self=3s",
                "--kvasir.dispatch.lease=5s",
                "--kvasir.dispatch.sweep=200ms",
                "--kvasir.dispatch.poll=200ms",
                "--kvasir.dispatch.drain=1s",
                "--kvasir.echo.faults=true",
                "--kvasir.pool.home=" + folder.resolve("home"));
        command.environment().put("KVASIR_DATABASE_URL", database.url());
        command.redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        Process process = command.start();
        started.add(process);
        return process;
    }

    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    static void signal(Process process, String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + signal + " answered " + code);
        }
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
