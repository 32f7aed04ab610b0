package dev.kvasir.graph;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a node left behind for those after it.
 *
 * @param text null when it wrote none
 * @param json null when it left none; the JSON of a text that is JSON stands here of itself
 * @param failure null when it ended well
 */
public record Said(
        @Nullable String text,
        @Nullable JsonNode json,
        @Nullable Failure failure) {

    /**
     * Why a node failed, where the run goes on all the same.
     *
     * @param code such as {@code TIMEOUT}
     */
    public record Failure(String code, String detail) {}

    public static Said text(String text) {
        return new Said(text, null, null);
    }

    public static Said failed(String code, String detail) {
        return new Said(null, null, new Failure(code, detail));
    }
}
