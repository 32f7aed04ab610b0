package dev.kvasir.agent;

/** Hears a reply while it is made. Called on the thread that runs the model; must return quickly. */
public interface ReplyListener {

    /** Text that is certain by now, and how many tokens it took; never half a character. */
    void text(String delta, int tokens);

    /** The model moved: a chunk was loaded or prefilled, a token decoded. A hung step is one that no longer does this. */
    void progressed();

    /** Whether to stop at the next token. */
    boolean isCancelled();

    /** Hears nothing and never stops. */
    ReplyListener SILENT = new ReplyListener() {
        @Override
        public void text(String delta, int tokens) {}

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    };
}
