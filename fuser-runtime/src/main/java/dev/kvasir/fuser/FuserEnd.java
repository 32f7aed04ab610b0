package dev.kvasir.fuser;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the two models that a fuser joins, as far as the fuser knows it.
 *
 * @param model its name
 * @param digest SHA-256 of the model's files, if recorded
 * @param layers its layers, if recorded
 */
public record FuserEnd(
        String model, @Nullable String digest, @Nullable Integer layers, int kvHeads, int headDim) {

    public FuserEnd {
        Objects.requireNonNull(model, "'model' is missing");
    }
}
