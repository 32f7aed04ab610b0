package dev.kvasir.run;

/** A cursor that was not made here, or not for this list. */
public final class CursorInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CursorInvalidException() {
        super("The cursor is not one of this list. Leave it out to start with the newest.");
    }
}
