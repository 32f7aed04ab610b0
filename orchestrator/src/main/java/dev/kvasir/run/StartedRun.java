package dev.kvasir.run;

/**
 * An accepted run.
 *
 * @param graph the graph's name
 * @param versionId {@code sha256:} and the version's digest
 * @param replayed whether an earlier request with the same key started it
 */
public record StartedRun(RunId id, String graph, int version, String versionId, boolean replayed) {

    /** Every run starts in this state, and the first answer says so whenever it is repeated. */
    public RunState state() {
        return RunState.QUEUED;
    }
}
