package dev.kvasir.run;

import dev.kvasir.graph.Loop;

/** A loop has turned as often as it may, and its condition still holds. */
final class LoopLimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String node;

    LoopLimitException(Loop loop) {
        super(
                "Loop edge '" + loop.back().id() + "' has led back " + loop.limit()
                        + (loop.limit() == 1 ? " time" : " times")
                        + ", as often as maxIterations allows, and is to lead back again. Raise it, or let the condition look at loop.iteration.");
        this.node = loop.tail().value();
    }

    StepFault fault() {
        return new StepFault("LOOP_LIMIT", String.valueOf(getMessage()), false, node);
    }
}
