package dev.kvasir.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Where a command writes: results on stdout, progress and errors on stderr. Mixed into every command that prints data. */
public final class Output {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    @Option(names = "--json", description = "Print JSON, one object a line when streaming.")
    private boolean json;

    @Option(names = "--quiet", description = "Print results only, no progress.")
    private boolean quiet;

    /** Whether JSON was asked for. */
    public boolean isJson() {
        return json;
    }

    /** Whether progress is wanted, and somebody looks on who can see a line change. */
    public boolean isInteractive() {
        return !quiet && isTerminal();
    }

    /** Where the system tells what stderr is, that decides; a console alone says only that input and output are one. */
    @SuppressWarnings("SystemConsoleNull") // Whether it can be null depends on the console that the JDK was built with.
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return false;
        }
        try {
            String err = Files.readSymbolicLink(STDERR).toString();
            return err.startsWith("/dev/pts/") || err.startsWith("/dev/tty") || err.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return true;
        }
    }

    /** Prints a line of the result. */
    public void line(String text) {
        out.print(text);
        out.print('\n');
        out.flush();
    }

    /** Prints a part of the result, at once. */
    public void part(String text) {
        out.print(text);
        out.flush();
    }

    /** Prints a record as one line of JSON. */
    public void json(Object value) {
        line(JSON.writeValueAsString(value));
    }

    /** Tells how far a command has come. */
    public void progress(String text) {
        if (!quiet) {
            System.err.println(text);
        }
    }
}
