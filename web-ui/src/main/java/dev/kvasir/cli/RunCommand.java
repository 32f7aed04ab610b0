package dev.kvasir.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs a graph once. */
@Command(name = "run", description = "Runs a graph and prints its output.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "GRAPH[@V]", description = "A graph's name, or a file with its document.")
    private String graph = "";

    @Mixin
    private RunInput input = new RunInput();

    @Option(names = "--edge", paramLabel = "EDGE=MODE", description = "Runs an edge in another mode, such as TEXT.")
    private Map<String, String> edges = new LinkedHashMap<>();

    @Option(names = "--follow", description = "Prints events as they come.")
    private boolean follow;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        try (ServerOptions.Connection connection = server.connect(output)) {
            RunFollower runs = new RunFollower(connection.client());
            GraphArgument found = GraphArgument.of(graph, connection.client());
            ObjectNode request = input.request(found);
            if (!edges.isEmpty()) {
                ObjectNode overrides = request.putObject("edgeOverrides");
                edges.forEach((edge, mode) -> overrides.putObject(edge).put("mode", mode));
            }
            String id = runs.start(found, request).path("id").asString();
            JsonNode run = runs.await(id, this::show);
            print(run);
            return RunFollower.exitCode(run).number();
        }
    }

    private void show(JsonNode event) {
        if (!follow) {
            return;
        }
        if (output.isJson()) {
            output.line(event.toString());
            return;
        }
        output.line("%6d  %-16s %s"
                .formatted(
                        event.path("seq").asLong(),
                        event.path("event").asString(event.path("type").asString("")),
                        event.path("node").asString(event.path("edge").asString(""))));
    }

    private void print(JsonNode run) {
        if (output.isJson()) {
            output.line(run.toString());
            return;
        }
        for (Map.Entry<String, JsonNode> field : run.path("output").properties()) {
            output.line(field.getValue().asString());
        }
        if (!run.path("error").isMissingNode() && !run.path("error").isNull()) {
            throw new CommandFailedException(
                    RunFollower.exitCode(run),
                    run.path("error").path("detail").asString(run.path("error").toString()));
        }
    }
}
