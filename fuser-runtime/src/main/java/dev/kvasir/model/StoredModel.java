package dev.kvasir.model;

import java.nio.file.Path;

/**
 * A model in the store.
 *
 * @param name unique in the store
 * @param path a GGUF file, or a folder
 * @param digest SHA-256 of what it computes with, hexadecimal
 * @param bytes size of its files
 */
public record StoredModel(String name, Path path, String digest, long bytes) {

    /** Whether a reference {@code name} or {@code name@digest} (at least 8 digits) means this model. */
    public boolean isNamed(String reference) {
        int at = reference.indexOf('@');
        if (at < 0) {
            return name.equals(reference);
        }
        String digits = reference.substring(at + 1);
        return name.equals(reference.substring(0, at)) && digits.length() >= 8 && digest.startsWith(digits);
    }
}
