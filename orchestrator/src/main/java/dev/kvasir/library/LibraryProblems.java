package dev.kvasir.library;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import dev.kvasir.exchange.TextRefusedException;
import dev.kvasir.graph.MalformedJsonException;
import dev.kvasir.graph.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the API says of a graph that is refused. */
@Component
final class LibraryProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return Optional.ofNullable(problem(fault));
    }

    private static @Nullable ProblemException problem(Throwable fault) {
        return switch (fault) {
            case GraphInvalidException invalid ->
                new ProblemException(ProblemType.GRAPH_INVALID, message(invalid), faults(invalid.problems()));
            case NameTakenException taken -> new ProblemException(ProblemType.NAME_TAKEN, message(taken));
            case StaleDraftException stale
            when stale.revision() == 0 -> new ProblemException(ProblemType.NOT_FOUND, message(stale));
            case StaleDraftException stale ->
                new ProblemException(ProblemType.STALE_DRAFT, message(stale))
                        .withHeader("ETag", GraphController.tag(stale.revision()));
            case MalformedJsonException malformed ->
                new ProblemException(
                        malformed.fault() == MalformedJsonException.Fault.TOO_LARGE
                                ? ProblemType.TOO_LARGE
                                : ProblemType.MALFORMED_JSON,
                        message(malformed),
                        List.of(ProblemFault.at(malformed.pointer(), message(malformed))));
            case TextRefusedException refused ->
                new ProblemException(
                        refused.fault() == TextRefusedException.Fault.TOO_LARGE
                                ? ProblemType.TOO_LARGE
                                : ProblemType.MALFORMED_REQUEST,
                        message(refused),
                        List.of(ProblemFault.at(refused.pointer(), message(refused))));
            default -> null;
        };
    }

    /** Problems as a problem document and a draft list them. */
    static List<ProblemFault> faults(List<Problem> problems) {
        return problems.stream().map(LibraryProblems::fault).toList();
    }

    private static ProblemFault fault(Problem problem) {
        return new ProblemFault(
                problem.rule().name(),
                problem.isIncompatible() ? ProblemType.C2C_INCOMPATIBLE.name() : null,
                problem.pointer(),
                problem.nodeId() == null ? null : problem.nodeId().value(),
                problem.edgeId() == null ? null : problem.edgeId().value(),
                problem.severity().name(),
                problem.detail(),
                problem.hint());
    }

    private static String message(Throwable fault) {
        return String.valueOf(fault.getMessage());
    }
}
