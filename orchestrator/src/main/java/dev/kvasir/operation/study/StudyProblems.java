package dev.kvasir.operation.study;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemTranslator;
import dev.kvasir.access.ProblemType;
import dev.kvasir.inquiry.InquiryRefusedException;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What the API says of a study that cannot be made as asked. */
@Component
@Profile("!worker")
final class StudyProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Throwable fault) {
        return fault instanceof InquiryRefusedException refused ? Optional.of(problem(refused)) : Optional.empty();
    }

    private static ProblemException problem(InquiryRefusedException refused) {
        List<ProblemFault> faults = refused.faults().stream()
                .map(fault -> ProblemFault.at(fault.pointer(), fault.rule() + "."))
                .toList();
        return new ProblemException(ProblemType.STUDY_INVALID, String.valueOf(refused.getMessage()), faults);
    }
}
