package dev.kvasir.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs commands as a user does, without a process of their own. */
final class InProcess {

    private InProcess() {}

    /** What a command printed and how it ended. */
    record Ran(int exitCode, String out, String err) {

        /** The output, an object each line. */
        List<JsonNode> jsonLines() {
            return out.lines().map(JsonMapper.shared()::readTree).toList();
        }
    }

    static Ran run(List<String> arguments, String... more) {
        return run(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    static Ran run(String... arguments) {
        PrintStream before = System.out;
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            CommandLine command = KvasirCommand.commandLine();
            command.setErr(new PrintWriter(err, true));
            int exitCode = command.execute(arguments);
            return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }
}
