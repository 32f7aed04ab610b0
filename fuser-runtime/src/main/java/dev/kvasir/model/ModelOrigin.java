package dev.kvasir.model;

/**
 * Where a model was taken from.
 *
 * @param source such as {@code hf:owner/name} or {@code file:/models/tiny.gguf}
 * @param revision as it was asked for; empty if the source knows none
 * @param commit what the revision meant then; empty if the source knows none
 */
public record ModelOrigin(String source, String revision, String commit) {

    static final ModelOrigin UNKNOWN = new ModelOrigin("", "", "");
}
