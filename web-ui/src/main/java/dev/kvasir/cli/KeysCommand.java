package dev.kvasir.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be done with API keys. */
@Command(
        name = "keys",
        description = "Makes API keys.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysCommand.Create.class})
final class KeysCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which one: create?");
    }

    /** Makes a key and shows it, once. */
    @Command(name = "create", description = "Makes a key and shows it once.", mixinStandardHelpOptions = true)
    static final class Create implements Runnable {

        private static final JsonMapper JSON = JsonMapper.builder().build();

        @Option(names = "--name", description = "What the key is for.", defaultValue = "command line")
        private String name = "command line";

        @Option(
                names = "--scopes",
                split = ",",
                description = "What it may do, such as runs:write.",
                defaultValue = "graphs:read,graphs:write,runs:read,runs:write")
        private List<String> scopes = new ArrayList<>();

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public void run() {
            try (ServerOptions.Connection connection = server.connect(output)) {
                ObjectNode request = JSON.createObjectNode().put("name", name);
                ArrayNode wanted = request.putArray("scopes");
                scopes.forEach(wanted::add);
                JsonNode issued = connection.client().post("/api/v1/keys", request, Map.of());
                output.line(
                        output.isJson() ? issued.toString() : issued.path("key").asString());
            }
        }
    }
}
