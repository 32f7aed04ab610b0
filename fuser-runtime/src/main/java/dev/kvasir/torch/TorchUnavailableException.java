package dev.kvasir.torch;

/** libtorch cannot be used in this process; says what is missing. */
public final class TorchUnavailableException extends RuntimeException {
    TorchUnavailableException(String message) {
        super(message);
    }

    TorchUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
