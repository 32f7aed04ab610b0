package dev.kvasir.outbound;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes.
 *
 * @param host in lower case, without a last dot; an IPv6 address in brackets
 * @param port the scheme's own where the address says none
 */
record Target(Scheme scheme, String host, int port) {

    /** What some look-ups read as an address: {@code 2130706433} is 127.0.0.1. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]+");

    enum Scheme {
        HTTP(80),
        HTTPS(443);

        private final int port;

        Scheme(int port) {
            this.port = port;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws AddressNotAllowedException if it is nothing that HTTP could be spoken to */
    static Target of(URI address) {
        Scheme scheme = scheme(address.getScheme());
        if (address.getRawUserInfo() != null) {
            throw new AddressNotAllowedException(
                    "The address holds a user name or password before its host. Leave them out and use a header.");
        }
        String host = address.getHost();
        if (host == null || host.isEmpty() || NUMBER.matcher(host).matches()) {
            throw new AddressNotAllowedException(
                    "The address names no host. Write it as https://host/path; numbers alone are" + " no host name.");
        }
        int port = address.getPort() == -1 ? scheme.port : address.getPort();
        return new Target(scheme, normalised(host), port);
    }

    boolean isStandardPort() {
        return port == scheme.port;
    }

    /** With the port where it is not the scheme's own, as a setting would name it. */
    String name() {
        return isStandardPort() ? host : host + ":" + port;
    }

    private static Scheme scheme(@Nullable String text) {
        String scheme = text == null ? "" : text.toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "https" -> Scheme.HTTPS;
            case "http" -> Scheme.HTTP;
            default ->
                throw new AddressNotAllowedException(
                        "An address begins with https://" + (scheme.isEmpty() ? "." : ", not " + scheme + ":."));
        };
    }

    private static String normalised(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
