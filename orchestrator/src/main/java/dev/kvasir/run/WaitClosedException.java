package dev.kvasir.run;

import java.util.Locale;

/** What is answered has been closed before. */
public final class WaitClosedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WaitClosedException(WaitId wait, WaitRecord.State state) {
        super("Wait " + wait + " was " + state.name().toLowerCase(Locale.ROOT)
                + " before. Nothing waits for this answer any more.");
    }
}
