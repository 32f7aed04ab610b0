package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;

/** What a page may load: only what is ours, and no script without this answer's nonce. */
public final class ContentPolicy {

    private static final String ATTRIBUTE = "kvasir.nonce";
    private static final int NONCE_BYTES = 16;

    private ContentPolicy() {}

    /** The nonce of the answer to a request, for its script elements. */
    public static String nonce(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String nonce = Secrets.random(NONCE_BYTES);
        request.setAttribute(ATTRIBUTE, nonce);
        return nonce;
    }

    static String of(String nonce) {
        return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self'; img-src 'self' data:; "
                + "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
                + "object-src 'none'";
    }
}
