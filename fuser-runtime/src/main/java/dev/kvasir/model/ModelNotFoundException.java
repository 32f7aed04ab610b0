package dev.kvasir.model;

/** No model lies where one was asked for. */
public final class ModelNotFoundException extends RuntimeException {

    public ModelNotFoundException(String message) {
        super(message);
    }
}
