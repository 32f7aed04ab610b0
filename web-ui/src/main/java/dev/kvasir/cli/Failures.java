package dev.kvasir.cli;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.cache.CacheRefusedException;
import dev.kvasir.decoder.PromptTooLongException;
import dev.kvasir.device.DeviceFullException;
import dev.kvasir.device.ModelTooLargeException;
import dev.kvasir.fuser.AlignmentException;
import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.fuser.FuserStoreException;
import dev.kvasir.hub.HubException;
import dev.kvasir.hub.HubFault;
import dev.kvasir.inquiry.QuizInvalidException;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelNotFoundException;
import dev.kvasir.model.ModelStoreException;
import dev.kvasir.study.StudyException;
import dev.kvasir.training.RecipeInvalidException;
import dev.kvasir.training.TrainingDataInvalidException;
import java.io.PrintWriter;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever a command throws into one sentence on stderr and an exit code. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {

    private static final String TRACE = "KVASIR_TRACE";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        ExitCode code = exitCode(failure);
        err.println("kvasir: " + sentence(failure, code));
        if (System.getenv(TRACE) != null) {
            failure.printStackTrace(err);
        }
        return code.number();
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        PrintWriter err = failure.getCommandLine().getErr();
        err.println("kvasir: " + failure.getMessage());
        err.println("Try: " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USAGE.number();
    }

    private static ExitCode exitCode(Exception failure) {
        return switch (failure) {
            case CommandFailedException known -> known.exitCode();
            case AgentException agent when agent.fault() == AgentFault.MODEL_UNKNOWN -> ExitCode.NOT_FOUND;
            case AgentException agent when agent.fault() == AgentFault.CANCELLED -> ExitCode.INTERRUPTED;
            case AgentException refused -> ExitCode.REFUSED;
            case HubException hub -> exitCode(hub.fault());
            case ModelNotFoundException missing -> ExitCode.NOT_FOUND;
            case ModelInvalidException refused -> ExitCode.REFUSED;
            case CacheRefusedException refused -> ExitCode.REFUSED;
            case ChatTemplateException refused -> ExitCode.REFUSED;
            case PromptTooLongException refused -> ExitCode.REFUSED;
            case AlignmentException refused -> ExitCode.REFUSED;
            case FuserInvalidException refused -> ExitCode.REFUSED;
            case FuserStoreException refused -> ExitCode.REFUSED;
            case ModelStoreException refused -> ExitCode.REFUSED;
            case StudyException refused -> ExitCode.REFUSED;
            case QuizInvalidException refused -> ExitCode.REFUSED;
            case RecipeInvalidException refused -> ExitCode.REFUSED;
            case TrainingDataInvalidException refused -> ExitCode.REFUSED;
            case ModelTooLargeException refused -> ExitCode.REFUSED;
            case DeviceFullException refused -> ExitCode.REFUSED;
            case CancellationException stopped -> ExitCode.INTERRUPTED;
            default -> ExitCode.OUR_FAULT;
        };
    }

    private static ExitCode exitCode(HubFault fault) {
        return switch (fault) {
            case WRONG_USAGE -> ExitCode.WRONG_USAGE;
            case NOT_REACHABLE -> ExitCode.NOT_REACHABLE;
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case REFUSED -> ExitCode.REFUSED;
        };
    }

    private static String sentence(Exception failure, ExitCode code) {
        String message = String.valueOf(failure.getMessage());
        if (code != ExitCode.OUR_FAULT) {
            return message;
        }
        return "%s: %s This is a fault of ours; set %s=1 to see where it happened."
                .formatted(failure.getClass().getSimpleName(), message, TRACE);
    }
}
