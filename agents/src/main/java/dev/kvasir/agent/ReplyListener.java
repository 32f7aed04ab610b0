package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import java.time.Duration;

/** Hears a reply while it is made. Called on the thread that runs the model; must return quickly. */
public interface ReplyListener {

    /** Text that is certain by now, and how many tokens it took; never half a character. */
    void text(String delta, int tokens);

    /** The model moved: a chunk was loaded or prefilled, a token decoded. A hung step is one that no longer does this. */
    void progressed();

    /** Whether to stop at the next token. */
    boolean isCancelled();

    /** A tool is about to be called; by its full name, if there is such a tool. */
    default void toolCalled(ToolCall call) {}

    /** A call has ended. */
    default void toolReturned(ToolCall call, Duration time, boolean isError) {}

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
