package dev.kvasir.library;

import java.time.Instant;

/**
 * A published version; it never changes.
 *
 * @param number 1, 2, 3 …
 * @param sha256 of the RFC 8785 form of the document as sent, hexadecimal
 * @param document as sent
 */
public record GraphVersion(
        GraphId graph,
        String name,
        int number,
        String sha256,
        String document,
        String layout,
        VersionLock lock,
        String notes,
        Instant publishedAt) {

    /** {@code sha256:} and the digest. */
    public String id() {
        return "sha256:" + sha256;
    }
}
