package dev.kvasir.cli;

import dev.kvasir.exchange.Change;
import dev.kvasir.exchange.ChangeText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Prints what makes one version of another. */
@Command(
        name = "diff",
        description = "Prints what makes version B of version A; 'draft' stands for the working copy.",
        mixinStandardHelpOptions = true)
final class GraphsDiffCommand implements Runnable {

    private static final int SHORT = 60;

    @Parameters(index = "0", paramLabel = "GRAPH", description = "A graph's name.")
    private String graph = "";

    @Parameters(index = "1", paramLabel = "A", description = "A version's number or digits, or draft.")
    private String before = "";

    @Parameters(index = "2", paramLabel = "B", description = "Another one.")
    private String after = "";

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        try (ServerOptions.Connection connection = server.connect(output)) {
            JsonNode changes = connection
                    .client()
                    .get("/api/v1/graphs/" + ApiClient.encode(graph) + "/versions/" + ApiClient.encode(before)
                            + "/diff/" + ApiClient.encode(after));
            if (output.isJson()) {
                output.line(changes.toString());
                return;
            }
            changes.forEach(change -> print(ChangeText.of(read(change))));
            if (changes.isEmpty()) {
                output.line("No differences.");
            }
        }
    }

    private static Change read(JsonNode change) {
        return new Change(
                Change.Op.valueOf(change.path("op").asString()),
                change.path("pointer").asString(),
                text(change.get("node")),
                text(change.get("edge")),
                change.get("before"),
                change.get("after"));
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        return value == null ? null : value.asString();
    }

    private void print(ChangeText change) {
        boolean isShort = change.before().length() + change.after().length() <= SHORT
                && !change.before().contains("\n")
                && !change.after().contains("\n");
        if (isShort) {
            String values = change.before().isEmpty() || change.after().isEmpty()
                    ? change.before() + change.after()
                    : change.before() + " -> " + change.after();
            output.line(change.sign() + " " + change.what() + (values.isEmpty() ? "" : ": " + values));
            return;
        }
        output.line(change.sign() + " " + change.what());
        change.before().lines().forEach(line -> output.line("    - " + line));
        change.after().lines().forEach(line -> output.line("    + " + line));
    }
}
