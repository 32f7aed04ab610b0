package dev.kvasir.fuser;

import org.jspecify.annotations.Nullable;

/** A fuser's files are refused, or do not fit the two models that are to use it. */
public final class FuserInvalidException extends RuntimeException {

    /** What is wrong. */
    public enum Fault {
        MISSING_FILE,
        PICKLE_DISABLED,
        BAD_CONFIG,
        UNKNOWN_CLASS,
        UNSUPPORTED_CLASS,
        UNSUPPORTED_DTYPE,
        TOO_MANY_PAIRS,
        LAYER_OUT_OF_RANGE,
        FUSER_OUT_OF_RANGE,
        UNREADABLE,
        MISSING_KEY,
        UNEXPECTED_KEY,
        SHAPE_MISMATCH,
        NON_FINITE,
        MODEL_MISMATCH
    }

    private final Fault fault;

    /**
     * @param file relative to the fuser's folder
     * @param key the tensor or the entry in the file
     * @param rule both values and what to do
     */
    public FuserInvalidException(Fault fault, String file, String key, String rule) {
        this(fault, file, key, rule, null);
    }

    public FuserInvalidException(Fault fault, String file, String key, String rule, @Nullable Throwable cause) {
        super("%s, %s: %s".formatted(file, key, rule), cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
