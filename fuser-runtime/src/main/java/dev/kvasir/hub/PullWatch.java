package dev.kvasir.hub;

/** Told how far a pull has come, on the pulling thread. */
public interface PullWatch {

    /**
     * A file is complete up to a byte.
     *
     * @param file which
     * @param bytes of it that lie here; those of an earlier, broken pull count
     * @param size of the whole file, −1 if unknown
     */
    void reached(HubFile file, long bytes, long size);

    /** A sentence worth telling: a retry, a file left out. */
    void says(String sentence);
}
