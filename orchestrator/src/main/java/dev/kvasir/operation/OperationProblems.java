package dev.kvasir.operation;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What the API says of a training that cannot be queued or stopped as asked. */
@Component
@Profile("!worker")
final class OperationProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return Optional.ofNullable(problem(fault));
    }

    private static @Nullable ProblemException problem(Throwable fault) {
        return switch (fault) {
            case RecipeRefusedException refused -> refused(refused);
            case FuserNameTakenException taken -> new ProblemException(ProblemType.NAME_TAKEN, message(taken));
            case OperationFinishedException ended ->
                new ProblemException(ProblemType.OPERATION_FINISHED, message(ended));
            default -> null;
        };
    }

    private static ProblemException refused(RecipeRefusedException refused) {
        List<ProblemFault> faults = refused.faults().stream()
                .map(fault -> ProblemFault.at(fault.pointer(), fault.rule() + "."))
                .toList();
        return new ProblemException(ProblemType.RECIPE_INVALID, message(refused), faults);
    }

    private static String message(Throwable fault) {
        return String.valueOf(fault.getMessage());
    }
}
