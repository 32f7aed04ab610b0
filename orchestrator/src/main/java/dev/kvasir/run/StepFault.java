package dev.kvasir.run;

import org.jspecify.annotations.Nullable;

/**
 * Why a step or a run failed, as stored and shown.
 *
 * @param code such as {@code WORKER_CRASH}
 * @param detail the sentence that the page shows: what, where, how to mend it
 * @param retryable whether the same step may succeed when it is tried again
 * @param node the node that failed; absent when none did
 */
public record StepFault(
        String code,
        String detail,
        boolean retryable,
        @Nullable String node) {

    StepFault at(String failedNode) {
        return new StepFault(code, detail, retryable, failedNode);
    }
}
