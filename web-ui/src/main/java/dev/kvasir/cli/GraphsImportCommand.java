package dev.kvasir.cli;

import dev.kvasir.exchange.GraphFormat;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Makes a graph with a draft of a file. */
@Command(
        name = "import",
        description = "Makes a graph with a draft; problems do not keep a draft from being made.",
        mixinStandardHelpOptions = true)
final class GraphsImportCommand implements Runnable {

    @Parameters(paramLabel = "FILE", description = "A graph document, JSON or YAML, and its layout if it has one.")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "Only tells what would come of it.")
    private boolean dryRun;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        String text = GraphArgument.read(file);
        String type = GraphFormat.ofFile(file.toString()).mediaType();
        try (ServerOptions.Connection connection = server.connect(output)) {
            JsonNode made = connection.client().postText("/api/v1/graphs/import?dryRun=" + dryRun, text, type);
            GraphsCommand.print(made, output);
            if (!output.isJson()) {
                String name = made.path("name").asString();
                output.line(dryRun ? name + " would be made; nothing was written." : name + "@draft");
            }
        }
    }
}
