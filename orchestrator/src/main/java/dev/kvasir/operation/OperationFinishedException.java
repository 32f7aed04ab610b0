package dev.kvasir.operation;

import java.util.Locale;

/** An operation that has ended cannot be stopped any more. */
public final class OperationFinishedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OperationFinishedException(OperationId operation, OperationState state) {
        super("%s has ended already: it %s."
                .formatted(
                        operation,
                        state == OperationState.CANCELLED
                                ? "was cancelled"
                                : state.name().toLowerCase(Locale.ROOT)));
    }
}
