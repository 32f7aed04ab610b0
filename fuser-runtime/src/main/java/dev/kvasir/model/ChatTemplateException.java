package dev.kvasir.model;

import org.jspecify.annotations.Nullable;

/** A chat template cannot be compiled or rendered. */
public final class ChatTemplateException extends RuntimeException {

    /** Why. */
    public enum Kind {
        /** The template is not in the language that is understood. */
        SYNTAX,
        /** The template refused the conversation itself; the message is the template's own. */
        RAISED,
        /** The template applied something to a value of the wrong kind. */
        FAILED,
        /** The template was cut off: too large, too long, too deep or too slow. */
        LIMIT
    }

    private final Kind kind;

    public ChatTemplateException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ChatTemplateException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
