package dev.kvasir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line's root. */
@Command(
        name = "kvasir",
        mixinStandardHelpOptions = true,
        version = "kvasir 0.1.0",
        description = "Runs graphs of LLM agents whose edges are text or KV-cache links.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            ServeCommand.class,
            WorkerCommand.class,
            RunCommand.class,
            CompareCommand.class,
            GraphsCommand.class,
            KeysCommand.class,
            ModelsCommand.class,
            GenerateCommand.class,
            CacheCommand.class,
            LogitsCommand.class,
            ScoreCommand.class,
            QuizCommand.class,
            FuseCommand.class,
            FuserCommand.class,
            AlignCommand.class,
            StudyCommand.class,
            BenchCommand.class,
            DoctorCommand.class
        })
public final class KvasirCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private KvasirCommand() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line as {@link #main} runs it. */
    static CommandLine commandLine() {
        Failures failures = new Failures();
        return new CommandLine(new KvasirCommand())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
