package dev.kvasir.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Where a command writes: results on stdout, progress and errors on stderr. Mixed into every command that prints data. */
public final class Output {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    @Option(names = "--json", description = "Print JSON, one object a line when streaming.")
    private boolean json;

    @Option(names = "--quiet", description = "Print results only, no progress.")
    private boolean quiet;

    /** Whether JSON was asked for. */
    public boolean isJson() {
        return json;
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
