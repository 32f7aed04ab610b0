package dev.kvasir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What can be done with fusers, without a server. */
@Command(
        name = "fuser",
        description = "Inspects, converts and trains fusers.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {FuserInspectCommand.class, FuserConvertCommand.class, FuserTrainCommand.class})
final class FuserCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which one: inspect, convert or train?");
    }
}
