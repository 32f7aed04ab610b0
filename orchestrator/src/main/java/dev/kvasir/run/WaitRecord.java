package dev.kvasir.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a run waits for, or has waited for, from a person.
 *
 * @param form JSON Schema of the values that come with the answer; absent when there are none
 * @param assignees whom it is for; empty for anybody who may answer
 * @param finishedAt when it was answered, expired, or its run ended; absent while it is open
 * @param action what was answered; absent unless it was
 * @param values that came with the answer
 */
public record WaitRecord(
        WaitId id,
        RunId runId,
        StepId stepId,
        String node,
        State state,
        String prompt,
        @Nullable JsonNode form,
        List<String> assignees,
        Instant openedAt,
        Instant expiresAt,
        @Nullable Instant finishedAt,
        @Nullable String action,
        @Nullable JsonNode values) {

    public WaitRecord {
        assignees = List.copyOf(assignees);
    }

    /** Where a wait is in its life. */
    public enum State {
        OPEN,
        ANSWERED,
        EXPIRED,
        /** Its run was stopped. */
        CANCELLED
    }
}
