package dev.kvasir.openai;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.StepFault;
import java.util.List;

/** What is told instead of a reply, when a run ends without one. */
final class RunEnds {

    private static final String PROMPT_TOO_LONG = "PROMPT_TOO_LONG";

    private RunEnds() {}

    /**
     * The problem that a run is which has ended otherwise than well, or waits for a person.
     *
     * <p>Clients are told not to try again by themselves: what can be tried again has been.
     */
    static ProblemException problem(RunRecord run) {
        return told(run)
                .withHeader("x-should-retry", "false")
                .withHeader(Answering.RUN_HEADER, run.id().toString());
    }

    private static ProblemException told(RunRecord run) {
        return switch (run.state()) {
            case FAILED -> failed(run);
            case CANCELLED ->
                new ProblemException(ProblemType.RUN_FINISHED, "Run %s was cancelled.".formatted(run.id()));
            case TIMED_OUT ->
                new ProblemException(
                        ProblemType.RUN_UNFINISHED,
                        "Run %s took longer than it may. Give it more time in the graph's settings, or ask for less."
                                .formatted(run.id()));
            case WAITING ->
                new ProblemException(
                        ProblemType.RUN_NOT_FINISHED,
                        "Run %s waits for a person. Answer it on its page, /runs/%s; it goes on by itself then."
                                .formatted(run.id(), run.id()));
            case QUEUED, RUNNING, SUCCEEDED ->
                throw new IllegalStateException("Run " + run.id() + " has not ended badly: " + run.state());
        };
    }

    private static ProblemException failed(RunRecord run) {
        StepFault fault = run.error();
        if (fault == null) {
            return new ProblemException(ProblemType.RUN_FAILED, "Run %s failed.".formatted(run.id()));
        }
        String detail =
                fault.node() == null ? fault.detail() : "Node '%s' failed: %s".formatted(fault.node(), fault.detail());
        if (fault.code().equals(PROMPT_TOO_LONG)) {
            return new ProblemException(
                    ProblemType.PROMPT_TOO_LONG,
                    detail,
                    List.of(new ProblemFault(
                            null, "CONTEXT_LENGTH_EXCEEDED", "/messages", fault.node(), null, "ERROR", detail, null)));
        }
        return new ProblemException(fault.retryable() ? ProblemType.RUN_UNFINISHED : ProblemType.RUN_FAILED, detail);
    }
}
