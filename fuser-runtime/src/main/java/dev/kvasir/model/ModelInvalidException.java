package dev.kvasir.model;

import org.jspecify.annotations.Nullable;

/** A model file is refused: it is damaged, hostile or of a kind that is not understood. */
public final class ModelInvalidException extends RuntimeException {

    /** What every such message ends with. */
    public static final String REMEDY = "Get the file again from its source, or use another.";

    /**
     * @param file the file's name
     * @param place the tensor, key or position in it
     * @param rule what is wrong, with the values, and what would be right; without a full stop
     */
    public ModelInvalidException(String file, String place, String rule) {
        this(file, place, rule, null);
    }

    public ModelInvalidException(String file, String place, String rule, @Nullable Throwable cause) {
        super("%s, %s: %s. %s".formatted(file, place, rule, REMEDY), cause);
    }
}
