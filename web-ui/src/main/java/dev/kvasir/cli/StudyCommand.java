package dev.kvasir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What can be learnt of a model or a pair by looking into caches. */
@Command(
        name = "study",
        description = "Looks into caches, fusers and what they do to answers.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StudyRankCommand.class,
            StudyEnrichCommand.class,
            StudyCurveCommand.class,
            StudyGatesCommand.class,
            StudyMapCommand.class,
            StudyInversionCommand.class
        })
final class StudyCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which one: rank, enrich, curve, gates, map or inversion?");
    }
}
