package dev.kvasir.library;

/** A change to a working copy that is not the newest one. */
public final class StaleDraftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long revision;

    StaleDraftException(String name, long revision) {
        super(
                revision == 0
                        ? "Graph '" + name + "' has no draft. Store one first."
                        : "The draft of '" + name + "' is at revision " + revision
                                + " by now. Read it again and repeat your change.");
        this.revision = revision;
    }

    /** The current revision; 0 when there is no draft. */
    public long revision() {
        return revision;
    }
}
