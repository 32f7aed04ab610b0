package dev.kvasir.fuser;

/** Two models' prompts of one conversation cannot be laid side by side. */
public final class AlignmentException extends RuntimeException {

    AlignmentException(String message) {
        super(message + " Make the edge a text edge, or use models whose chat templates hold the same messages.");
    }
}
