package dev.kvasir.cli;

import dev.kvasir.exchange.GraphFormat;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What can be done with graphs. */
@Command(
        name = "graphs",
        description = "Validates, publishes, exports, imports and compares graphs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            GraphsCommand.Validate.class,
            GraphsCommand.Publish.class,
            GraphsExportCommand.class,
            GraphsImportCommand.class,
            GraphsDiffCommand.class
        })
final class GraphsCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which one: validate, publish, export, import or diff?");
    }

    /** Tells every fault of a document. */
    @Command(name = "validate", description = "Tells every fault of a document.", mixinStandardHelpOptions = true)
    static final class Validate implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "A graph document, JSON or YAML.")
        private Path file = Path.of("");

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            String document = GraphArgument.read(file);
            String type = GraphFormat.ofFile(file.toString()).mediaType();
            try (ServerOptions.Connection connection = server.connect(output)) {
                JsonNode verdict = connection.client().postText("/api/v1/graphs/validate", document, type);
                print(verdict, output);
                return (verdict.path("accepted").asBoolean() ? ExitCode.DONE : ExitCode.NO).number();
            }
        }
    }

    /** Publishes a document under the name it gives itself. */
    @Command(name = "publish", description = "Publishes a document.", mixinStandardHelpOptions = true)
    static final class Publish implements Runnable {

        @Parameters(paramLabel = "FILE", description = "A graph document, JSON or YAML.")
        private Path file = Path.of("");

        @Option(names = "--notes", description = "What is new in this version.", defaultValue = "")
        private String notes = "";

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public void run() {
            try (ServerOptions.Connection connection = server.connect(output)) {
                GraphArgument published = GraphArgument.publish(file, connection.client(), notes);
                if (output.isJson()) {
                    output.json(published);
                    return;
                }
                output.line(published.name() + "@" + published.version());
            }
        }
    }

    /** Prints the problems of a verdict, or that there are none; as JSON the whole of it. */
    static void print(JsonNode verdict, Output output) {
        if (output.isJson()) {
            output.line(verdict.toString());
            return;
        }
        for (JsonNode problem : verdict.path("problems")) {
            output.line("%-8s %-4s %s  %s"
                    .formatted(
                            problem.path("severity").asString("ERROR"),
                            problem.path("rule").asString(""),
                            problem.path("pointer").asString(""),
                            problem.path("detail").asString("")));
        }
        if (verdict.path("problems").isEmpty()) {
            output.line("No problems.");
        }
    }
}
