package dev.kvasir.run;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the API says of a run that cannot be started, read or stopped as asked. */
@Component
final class RunProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return Optional.ofNullable(problem(fault));
    }

    private static @Nullable ProblemException problem(Throwable fault) {
        return switch (fault) {
            case RunRefusedException refused -> refused(refused);
            case RunFinishedException ended -> new ProblemException(ProblemType.RUN_FINISHED, message(ended));
            case RerunRefusedException refused -> refused(refused);
            case WaitClosedException closed -> new ProblemException(ProblemType.WAIT_CLOSED, message(closed));
            case AnswerInvalidException answer ->
                new ProblemException(ProblemType.INPUT_INVALID, message(answer), faults(answer.faults(), null));
            case QueueFullException full ->
                new ProblemException(ProblemType.QUEUE_FULL, message(full)).withHeader("Retry-After", "5");
            case RunConflictException conflict -> new ProblemException(ProblemType.RUN_NOT_FINISHED, message(conflict));
            case CursorInvalidException cursor -> new ProblemException(ProblemType.INVALID_CURSOR, message(cursor));
            case RunKeyException key ->
                switch (key.kind()) {
                    case MISMATCH -> new ProblemException(ProblemType.IDEMPOTENCY_MISMATCH, message(key));
                    case IN_FLIGHT ->
                        new ProblemException(ProblemType.IDEMPOTENCY_IN_FLIGHT, message(key))
                                .withHeader("Retry-After", "1");
                };
            default -> null;
        };
    }

    private static ProblemException refused(RunRefusedException refused) {
        ProblemType type = switch (refused.kind()) {
            case GRAPH_NOT_FOUND, VERSION_NOT_FOUND, WEBHOOK_NOT_FOUND -> ProblemType.NOT_FOUND;
            case GRAPH_INVALID -> ProblemType.GRAPH_INVALID;
            case C2C_INCOMPATIBLE -> ProblemType.C2C_INCOMPATIBLE;
            case INPUT_INVALID -> ProblemType.INPUT_INVALID;
            case OPTION_OUT_OF_RANGE -> ProblemType.OPTION_OUT_OF_RANGE;
        };
        String code = type == ProblemType.C2C_INCOMPATIBLE ? type.name() : null;
        return new ProblemException(type, message(refused), faults(refused.faults(), code));
    }

    private static List<ProblemFault> faults(List<RunRefusedException.Fault> faults, @Nullable String code) {
        return faults.stream()
                .map(fault -> new ProblemFault(
                        fault.rule(),
                        code,
                        fault.pointer(),
                        fault.nodeId(),
                        fault.edgeId(),
                        "ERROR",
                        fault.detail(),
                        fault.hint()))
                .toList();
    }

    private static ProblemException refused(RerunRefusedException refused) {
        return switch (refused.kind()) {
            case NOT_FINISHED -> new ProblemException(ProblemType.RUN_NOT_FINISHED, message(refused));
            case SUCCEEDED -> new ProblemException(ProblemType.RUN_FINISHED, message(refused));
            case CACHE_EXPIRED -> new ProblemException(ProblemType.CACHE_EXPIRED, message(refused));
            case INVALID ->
                new ProblemException(ProblemType.GRAPH_INVALID, message(refused), faults(refused.faults(), null));
        };
    }

    private static String message(Throwable fault) {
        return String.valueOf(fault.getMessage());
    }
}
