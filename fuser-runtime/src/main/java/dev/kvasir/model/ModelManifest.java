package dev.kvasir.model;

import java.util.List;

/**
 * What was known of a model when it was added to the store.
 *
 * @param origin where it was taken from
 * @param files what it computes with
 * @param terms on what terms it may be used
 */
public record ModelManifest(ModelOrigin origin, List<Entry> files, ModelTerms terms) {

    /** Of a model that was laid into the store by hand. */
    public static final ModelManifest NONE = new ModelManifest(ModelOrigin.UNKNOWN, List.of(), ModelTerms.NONE);

    /**
     * A file as it was added.
     *
     * @param name in the model's folder
     * @param bytes its size
     * @param sha256 64 hexadecimal digits
     */
    public record Entry(String name, long bytes, String sha256) {}

    public ModelManifest {
        files = List.copyOf(files);
    }
}
