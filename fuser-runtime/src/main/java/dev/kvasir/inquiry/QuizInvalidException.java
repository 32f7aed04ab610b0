package dev.kvasir.inquiry;

/** A quiz that holds no questions, or a line that is none; the message names file and line. */
public final class QuizInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QuizInvalidException(String message, Throwable cause) {
        super(message, cause);
    }

    public QuizInvalidException(String message) {
        super(message);
    }
}
