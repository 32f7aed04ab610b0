package dev.kvasir.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be done with graphs. */
@Command(
        name = "graphs",
        description = "Validates, publishes and exports graphs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GraphsCommand.Validate.class, GraphsCommand.Publish.class, GraphsCommand.Export.class})
final class GraphsCommand implements Runnable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which one: validate, publish or export?");
    }

    /** Tells every fault of a document. */
    @Command(name = "validate", description = "Tells every fault of a document.", mixinStandardHelpOptions = true)
    static final class Validate implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "A graph document.")
        private Path file = Path.of("");

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            String document = GraphArgument.read(file);
            try (ServerOptions.Connection connection = server.connect(output)) {
                JsonNode verdict = connection.client().postText("/api/v1/graphs/validate", document);
                print(verdict);
                return (verdict.path("accepted").asBoolean() ? ExitCode.DONE : ExitCode.NO).number();
            }
        }

        private void print(JsonNode verdict) {
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

    /** Publishes a document under the name it gives itself. */
    @Command(name = "publish", description = "Publishes a document.", mixinStandardHelpOptions = true)
    static final class Publish implements Runnable {

        @Parameters(paramLabel = "FILE", description = "A graph document.")
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

    /** Prints the document of the newest version. */
    @Command(name = "export", description = "Prints a version's document.", mixinStandardHelpOptions = true)
    static final class Export implements Runnable {

        @Parameters(paramLabel = "GRAPH[@V]", description = "A graph's name.")
        private String graph = "";

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public void run() {
            try (ServerOptions.Connection connection = server.connect(output)) {
                GraphArgument found = GraphArgument.of(graph, connection.client());
                String path = "/api/v1/graphs/" + ApiClient.encode(found.name()) + "/versions";
                Integer version = found.version();
                if (version == null) {
                    JsonNode newest =
                            connection.client().get(path).path("items").path(0);
                    if (newest.isMissingNode()) {
                        throw new CommandFailedException(
                                ExitCode.NOT_FOUND, "Graph '" + found.name() + "' has no published version.");
                    }
                    version = newest.path("version").asInt();
                }
                JsonNode document =
                        connection.client().get(path + "/" + version).path("document");
                output.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
            }
        }
    }
}
