package dev.kvasir.run;

/** A run that was to start alone, while another of its concurrency key is open. */
public final class RunConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunConflictException(RunId open, String key) {
        super(
                "Run %s of this graph with concurrencyKey '%s' is still open. Wait for its end, or start with onConflict QUEUE or CANCEL_PREVIOUS."
                        .formatted(open, key));
    }
}
