package dev.kvasir.outbound;

/**
 * An address that Kvasir must not send a request to. Nothing was sent. The message says which setting would allow it; it is shown to
 * users as it is and names the host, never path or query.
 */
public final class AddressNotAllowedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AddressNotAllowedException(String message) {
        super(message);
    }
}
