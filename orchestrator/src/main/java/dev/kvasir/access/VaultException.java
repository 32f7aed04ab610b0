package dev.kvasir.access;

import org.jspecify.annotations.Nullable;

/** A sealed secret that cannot be opened, or keys that cannot be used. */
public final class VaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
