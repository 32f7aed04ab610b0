package dev.kvasir.fuser;

import org.jspecify.annotations.Nullable;

/** The fuser store cannot do what was asked; the message says why and what helps. */
public final class FuserStoreException extends RuntimeException {

    public FuserStoreException(String message) {
        this(message, null);
    }

    public FuserStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
