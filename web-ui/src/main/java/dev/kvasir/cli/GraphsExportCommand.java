package dev.kvasir.cli;

import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.exchange.GraphFormat;
import dev.kvasir.exchange.GraphTexts;
import dev.kvasir.exchange.Mermaid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Prints a graph's document; a file is only written in another way, without a server. */
@Command(
        name = "export",
        description = "Prints a graph as JSON, YAML or a Mermaid flowchart.",
        mixinStandardHelpOptions = true)
final class GraphsExportCommand implements Runnable {

    @Parameters(
            paramLabel = "GRAPH[@V]",
            description = "A graph's name, its newest version unless @3 or @draft is said; or a file.")
    private String graph = "";

    @Option(names = "--format", description = "json, yaml or mermaid; json unless said.", defaultValue = "JSON")
    private Format format = Format.JSON;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Output output = new Output();

    /** In which words. */
    enum Format {
        JSON,
        YAML,
        MERMAID
    }

    @Override
    public void run() {
        Path file = Path.of(graph);
        if (Files.isRegularFile(file)) {
            output.part(rewritten(GraphArgument.parse(file)));
            return;
        }
        try (ServerOptions.Connection connection = server.connect(output)) {
            output.part(exported(connection.client()));
        }
    }

    private String rewritten(GraphBundle bundle) {
        return switch (format) {
            case JSON -> GraphTexts.write(new GraphBundle(bundle.graph(), null), GraphFormat.JSON);
            case YAML -> GraphTexts.write(bundle, GraphFormat.YAML);
            case MERMAID -> Mermaid.draw(bundle.graph());
        };
    }

    private String exported(ApiClient client) {
        int at = graph.indexOf('@');
        String name = at < 0 ? graph : graph.substring(0, at);
        String path = "/api/v1/graphs/" + ApiClient.encode(name);
        String version = at < 0 ? newest(client, name, path) : graph.substring(at + 1);
        return client.getText(path + "/export?format=" + format.name().toLowerCase(Locale.ROOT) + "&version="
                + ApiClient.encode(version));
    }

    private static String newest(ApiClient client, String name, String path) {
        JsonNode newest = client.get(path + "/versions").path("items").path(0);
        if (newest.isMissingNode()) {
            throw new CommandFailedException(
                    ExitCode.NOT_FOUND,
                    "Graph '" + name + "' has no published version. Its draft is " + name + "@draft.");
        }
        return newest.path("version").asString();
    }
}
