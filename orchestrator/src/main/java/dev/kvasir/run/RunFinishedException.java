package dev.kvasir.run;

/** A run that has ended already. */
public final class RunFinishedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunFinishedException(RunId run, RunState state) {
        super("Run " + run + " has ended already (" + state + "). Start a new one.");
    }
}
