package dev.kvasir.hub;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path in the repository, {@code /} between folders; never leads out of it
 * @param bytes its size, −1 if the list does not say
 * @param sha256 of a large file, 64 hexadecimal digits; empty if the list does not say
 */
public record HubFile(String path, long bytes, String sha256) {

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
