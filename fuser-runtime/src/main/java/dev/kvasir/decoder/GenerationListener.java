package dev.kvasir.decoder;

/** Follows a generation while it runs, on the thread that runs it. Rows are numbered as they were asked for. */
public interface GenerationListener {
    /** Follows nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /** A token was chosen. */
    default void token(int row, int id) {}

    /** More text is certain: whole characters, never a part of a stop string. */
    default void text(int row, String delta) {}

    /** Asked before each token and each chunk of the prompt; true ends all rows. */
    default boolean cancelled() {
        return false;
    }
}
