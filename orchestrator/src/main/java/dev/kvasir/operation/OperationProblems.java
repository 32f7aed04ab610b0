package dev.kvasir.operation;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import java.util.Optional;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What the API says of an operation that cannot be stopped as asked. */
@Component
@Profile("!worker")
final class OperationProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return fault instanceof OperationFinishedException ended
                ? Optional.of(new ProblemException(ProblemType.OPERATION_FINISHED, String.valueOf(ended.getMessage())))
                : Optional.empty();
    }
}
