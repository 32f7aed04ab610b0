package dev.kvasir.operation.training;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What the API says of a training that cannot be queued as asked. */
@Component
@Profile("!worker")
final class TrainingProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return Optional.ofNullable(problem(fault));
    }

    private static @Nullable ProblemException problem(Throwable fault) {
        return switch (fault) {
            case RecipeRefusedException refused -> refused(refused);
            case FuserNameTakenException taken ->
                new ProblemException(ProblemType.NAME_TAKEN, String.valueOf(taken.getMessage()));
            default -> null;
        };
    }

    private static ProblemException refused(RecipeRefusedException refused) {
        List<ProblemFault> faults = refused.faults().stream()
                .map(fault -> ProblemFault.at(fault.pointer(), fault.rule() + "."))
                .toList();
        return new ProblemException(ProblemType.RECIPE_INVALID, String.valueOf(refused.getMessage()), faults);
    }
}
