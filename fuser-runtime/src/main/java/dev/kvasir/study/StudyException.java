package dev.kvasir.study;

/** A study cannot be made of what was given. */
public final class StudyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StudyException(String message) {
        super(message);
    }
}
