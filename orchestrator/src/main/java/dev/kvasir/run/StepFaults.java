package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.condition.ConditionException;
import dev.kvasir.graph.TemplateException;
import org.jspecify.annotations.Nullable;

/** The faults of steps, in the words that pages and callers see. */
final class StepFaults {

    private StepFaults() {}

    static StepFault hung(String node) {
        return new StepFault("HUNG", "Node '" + node + "' did not move for too long and was given up.", true, node);
    }

    static StepFault timeout(String node) {
        return new StepFault(
                "TIMEOUT",
                "Node '" + node + "' took longer than its timeoutMs allows. Raise it, or ask for fewer tokens.",
                true,
                node);
    }

    static StepFault unrenewed(String node) {
        return new StepFault(
                "LEASE_UNRENEWED",
                "Node '" + node + "' was stopped because its worker could not reach the database for too long.",
                true,
                node);
    }

    static StepFault of(AgentException fault, String node) {
        String message = fault.getMessage() == null ? fault.fault().name() : fault.getMessage();
        return new StepFault(code(fault.fault()), message, fault.fault().retryable(), node);
    }

    static StepFault of(TemplateException fault, String node) {
        String message = fault.getMessage() == null ? fault.fault().name() : fault.getMessage();
        return new StepFault(fault.fault().name(), message, false, node);
    }

    /** @param node whose step cannot go on; null when it is a loop's edge that cannot be decided */
    static StepFault condition(ConditionException fault, @Nullable String node) {
        return new StepFault("CONDITION_FAILED", String.valueOf(fault.getMessage()), false, node);
    }

    static StepFault overspent(long generated, int most) {
        return new StepFault(
                "BUDGET_EXCEEDED",
                "The run has generated " + generated + " tokens; its graph's maxTokens allows " + most
                        + ". Raise it, or ask for fewer tokens.",
                false,
                null);
    }

    static StepFault nowhere() {
        return new StepFault(
                "CONDITION_FAILED",
                "No output was reached: a condition, a router or a failed node closed every way to one.",
                false,
                null);
    }

    static StepFault internal(RuntimeException fault, String node) {
        return new StepFault(
                "INTERNAL",
                "Node '" + node + "' ended in a fault of ours: "
                        + fault.getClass().getSimpleName() + ". The worker's log has the rest.",
                false,
                node);
    }

    static StepFault outOfMemory(String node) {
        return new StepFault(
                "OUT_OF_MEMORY",
                "Node '" + node + "' ran out of memory. Ask for fewer tokens, or run it on a larger worker.",
                true,
                node);
    }

    private static String code(AgentFault fault) {
        return switch (fault) {
            case MODEL_TOO_LARGE,
                    OUT_OF_MEMORY,
                    PROMPT_TOO_LONG,
                    TEMPLATE_LIMIT,
                    NON_FINITE,
                    FUSION_FAILED,
                    PROVIDER_FAILED,
                    OUTPUT_INVALID,
                    TRANSFER_FAILED,
                    LOCAL_DOCUMENT,
                    TOOL_FAILED,
                    TOOL_DENIED,
                    CANCELLED,
                    MODEL_UNKNOWN,
                    MODEL_INVALID -> fault.name();
            case NO_FUSER, FUSER_MISMATCH, ALIGNMENT_FAILED, REMOTE_MODEL -> "FUSION_FAILED";
        };
    }
}
