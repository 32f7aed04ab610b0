package dev.kvasir.outbound;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Address space that does not lead to the public internet (IANA's special-purpose registries), and the well-known metadata address
 * that lies outside of it. Addresses that carry an IPv4 address inside are special whatever they carry.
 */
final class SpecialAddresses {

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "the metadata address of a cloud",
                    ranges("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")),
            new Kind("a loopback address", ranges("127.0.0.0/8", "::1")),
            new Kind("no address of a host", ranges("0.0.0.0/8", "::")),
            new Kind(
                    "a private address",
                    ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10")),
            new Kind("a link-local address", ranges("169.254.0.0/16", "fe80::/10")),
            new Kind("an address behind a carrier's NAT", ranges("100.64.0.0/10")),
            new Kind("a multicast address", ranges("224.0.0.0/4", "ff00::/8")),
            new Kind(
                    "an IPv4 address in an IPv6 one",
                    ranges("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")),
            new Kind(
                    "a reserved address",
                    ranges(
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "240.0.0.0/4",
                            "2001::/23",
                            "2001:db8::/32",
                            "3fff::/20")));
    private static final AddressRange PUBLIC_IPV6 = range("2000::/3");

    private SpecialAddresses() {}

    /** What is special about an address, such as {@code a loopback address}; empty if it is public. */
    static Optional<String> kind(InetAddress address) {
        for (Kind kind : KINDS) {
            if (kind.ranges().stream().anyMatch(range -> range.contains(address))) {
                return Optional.of(kind.name());
            }
        }
        boolean unassigned = address instanceof Inet6Address && !PUBLIC_IPV6.contains(address);
        return unassigned ? Optional.of("a reserved address") : Optional.empty();
    }

    private static List<AddressRange> ranges(String... texts) {
        return List.of(texts).stream().map(SpecialAddresses::range).toList();
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow();
    }

    private record Kind(String name, List<AddressRange> ranges) {}
}
