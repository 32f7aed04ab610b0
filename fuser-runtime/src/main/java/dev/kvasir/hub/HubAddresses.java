package dev.kvasir.hub;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Where a pull may connect to: the endpoint itself; hosts that were named; and, for redirects, https addresses of which
 * none is private. A name that resolves anew between check and connection still has to show a certificate for that name.
 */
final class HubAddresses {

    private final HubSettings settings;

    HubAddresses(HubSettings settings) {
        this.settings = settings;
    }

    /** Whether what is sent to the address can be read or changed by nobody on the way. */
    static boolean isProtected(URI address) {
        if (address.getHost() == null || address.getRawUserInfo() != null) {
            return false;
        }
        return "https".equalsIgnoreCase(address.getScheme())
                || ("http".equalsIgnoreCase(address.getScheme()) && isThisMachine(address.getHost()));
    }

    /** Whether the address belongs to the hub itself, which alone is shown the token. */
    boolean isHub(URI address) {
        return origin(address).equals(origin(settings.endpoint()));
    }

    /** @throws HubException if a redirect may not be followed */
    void requireAllowed(URI target) {
        if (!isProtected(target)) {
            throw refused(target, "which is not https");
        }
        if (isHub(target) || isNamed(target)) {
            return;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(target.getHost())) {
                if (isPrivate(address)) {
                    throw refused(
                            target,
                            "a private address; name it in KVASIR_HUB_HOSTS if it is yours and meant to be used");
                }
            }
        } catch (UnknownHostException e) {
            throw new HubException(
                    HubFault.NOT_REACHABLE,
                    "The hub redirects to %s, whose name cannot be resolved; try again later.".formatted(shown(target)),
                    e);
        }
    }

    private boolean isNamed(URI target) {
        String host = target.getHost().toLowerCase(Locale.ROOT);
        return settings.trustedHosts().contains(host) || settings.trustedHosts().contains(host + ":" + port(target));
    }

    private HubException refused(URI target, String why) {
        return new HubException(
                HubFault.REFUSED, "The hub %s redirects to %s, %s.".formatted(settings.endpoint(), shown(target), why));
    }

    /** Without the query, which may hold a signature. */
    private static String shown(URI target) {
        return target.getScheme() + "://" + target.getHost() + (target.getPort() < 0 ? "" : ":" + target.getPort());
    }

    private static String origin(URI address) {
        return (address.getScheme() + "://" + address.getHost() + ":" + port(address)).toLowerCase(Locale.ROOT);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "http".equalsIgnoreCase(address.getScheme()) ? 80 : 443;
    }

    private static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address instanceof Inet6Address) {
            // Unique local, and the ranges that carry an IPv4 address inside: fc00::/7, 2002::/16, 64:ff9b::/32, ::/32.
            return (first & 0xfe) == 0xfc
                    || (first == 0x20 && second == 0x02)
                    || (first == 0 && second == 0x64)
                    || (first == 0 && second == 0);
        }
        return first == 0
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2))
                || (first == 198 && (second & 0xfe) == 18)
                || first >= 240;
    }
}
