package dev.kvasir.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem as it goes over the wire (RFC 9457): the same object for REST, for the end of a failed stream and for a failed
 * step.
 *
 * @param type address of the page with the cure, on this server
 * @param code the type's slug in UPPER_SNAKE
 * @param instance path of the request
 * @param retryable whether the same request may succeed later
 * @param requestId as in the {@code X-Request-Id} header and in the log
 */
public record ProblemDocument(
        String type,
        String title,
        int status,
        String code,
        String detail,
        @Nullable String instance,
        boolean retryable,
        @Nullable String requestId,
        @Nullable List<ProblemFault> errors) {

    static ProblemDocument of(ProblemException problem, @Nullable String instance, @Nullable String requestId) {
        ProblemType type = problem.type();
        return new ProblemDocument(
                type.page(),
                type.title(),
                type.status(),
                type.name(),
                problem.detail(),
                instance,
                type.isRetryable(),
                requestId,
                problem.faults().isEmpty() ? null : problem.faults());
    }
}
