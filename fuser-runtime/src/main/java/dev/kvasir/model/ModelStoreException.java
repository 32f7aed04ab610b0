package dev.kvasir.model;

import org.jspecify.annotations.Nullable;

/** The model store cannot do what it was asked; nothing was changed. */
public final class ModelStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelStoreException(String message) {
        this(message, null);
    }

    public ModelStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
