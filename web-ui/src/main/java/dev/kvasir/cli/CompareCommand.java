package dev.kvasir.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs one input over one edge in several modes and shows the outcomes side by side. */
@Command(
        name = "compare",
        description = "Runs one input with an edge in several modes, side by side.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "GRAPH[@V]",
            description = "A graph's name, or a file with its document; the pocket sample by default.",
            arity = "0..1")
    private @Nullable String graph;

    @Option(names = "--edge", description = "The edge; coder_writer by default.", defaultValue = "coder_writer")
    private String edge = "coder_writer";

    @Option(names = "--modes", split = ",", description = "The modes, such as TEXT,C2C.", defaultValue = "TEXT,C2C")
    private List<String> modes = new ArrayList<>();

    @Option(names = "--fuser", description = "The fuser of the cache modes; the graph's own by default.")
    private @Nullable String fuser;

    @Mixin
    private RunInput input = new RunInput();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        try (ServerOptions.Connection connection = server.connect(output)) {
            if (graph == null) {
                connection.started().ifPresent(started -> FirstStart.on(started.server()));
            }
            RunFollower runs = new RunFollower(connection.client());
            GraphArgument found = GraphArgument.of(graph == null ? FirstStart.SAMPLE : graph, connection.client());
            List<Comparison> comparisons = new ArrayList<>();
            String textRun = null;
            for (String mode : modes) {
                Comparison done = run(runs, found, mode, textRun);
                textRun = mode.equals("TEXT") ? done.run() : textRun;
                comparisons.add(done);
            }
            print(comparisons);
            boolean failed = comparisons.stream().anyMatch(done -> !done.state().equals("SUCCEEDED"));
            return (failed ? ExitCode.NO : ExitCode.DONE).number();
        }
    }

    private Comparison run(RunFollower runs, GraphArgument found, String mode, @Nullable String textRun) {
        output.progress("Running with " + edge + " = " + mode + " ...");
        ObjectNode request = input.request(found);
        if (graph == null && request.path("input").isEmpty()) {
            request.putObject("input").put("question", FirstStart.sampleQuestion());
        }
        ObjectNode link = request.putObject("edgeOverrides").putObject(edge).put("mode", mode);
        if (fuser != null && mode.contains("C2C")) {
            link.put("fuser", fuser);
        }
        if (textRun != null) {
            request.put("pairedWith", textRun);
        }
        String id = runs.start(found, request).path("id").asString();
        JsonNode run = runs.await(id, event -> {});
        return Comparison.of(mode, edge, run, runs.steps(id), runs.edges(id));
    }

    private void print(List<Comparison> comparisons) {
        if (output.isJson()) {
            comparisons.forEach(output::json);
            return;
        }
        Comparison.table(comparisons).forEach(output::line);
    }
}
