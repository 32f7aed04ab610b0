package dev.kvasir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What can be done with models, without a server. */
@Command(
        name = "models",
        description = "Lists, inspects, pulls, adds and removes models.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsListCommand.class,
            ModelsInspectCommand.class,
            ModelsPullCommand.class,
            ModelsAddCommand.class,
            ModelsRemoveCommand.class,
            ModelsTokenizeCommand.class,
            ModelsRenderCommand.class
        })
final class ModelsCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which one: list, inspect, pull, add, remove, tokenize or render?");
    }
}
