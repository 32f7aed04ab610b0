package dev.kvasir.hub;

import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the hub answered at the end of its redirects.
 *
 * @param status of the last hop
 * @param headers of the last hop
 * @param etag what tells two contents apart: the linked one of a large file, else the file's own; empty if none was given
 * @param linkedBytes the size that the hub names for a large file, −1 if it names none
 * @param commit of the repository, empty if none was named
 * @param body to be closed by the caller
 */
record HubAnswer(int status, HttpHeaders headers, String etag, long linkedBytes, String commit, InputStream body) {

    static final int OK = 200;
    private static final int PARTIAL = 206;

    boolean isOk() {
        return status == OK;
    }

    boolean isPartial() {
        return status == PARTIAL;
    }

    /** The announced bytes of the body, −1 if none are announced. */
    long length() {
        OptionalLong length = headers.firstValueAsLong("Content-Length");
        return length.isPresent() && length.getAsLong() >= 0 ? length.getAsLong() : -1;
    }

    /** The whole file's size, −1 if it is not told. */
    long size() {
        return linkedBytes >= 0 ? linkedBytes : length();
    }

    /** Whether the body goes on at the byte that was asked for. */
    boolean continuesAt(long position) {
        String range = headers.firstValue("Content-Range").orElse("").toLowerCase(Locale.ROOT);
        return isPartial() && range.startsWith("bytes " + position + "-");
    }
}
