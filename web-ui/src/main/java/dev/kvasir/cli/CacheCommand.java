package dev.kvasir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What can be done with KV caches in files, without a server. */
@Command(
        name = "cache",
        description = "Saves KV caches and inspects them; generate --cache goes on with one.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CacheSaveCommand.class, CacheInspectCommand.class})
final class CacheCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which one: save or inspect?");
    }
}
