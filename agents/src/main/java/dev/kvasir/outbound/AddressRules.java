package dev.kvasir.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The administrator's word on where requests may go. */
final class AddressRules {

    private static final String HOSTS = "kvasir.outbound.hosts";
    private static final String PLAIN_HTTP_HOSTS = "kvasir.outbound.plain-http-hosts";
    private static final String INTERNAL = "kvasir.outbound.internal";

    private final List<HostPattern> hosts;
    private final List<HostPattern> plainHttpHosts;
    private final List<HostPattern> internalHosts;
    private final List<AddressRange> internalRanges;

    /** @throws IllegalArgumentException naming the setting that cannot be read */
    AddressRules(OutboundSettings settings) {
        hosts = patterns(HOSTS, settings.hosts());
        plainHttpHosts = patterns(PLAIN_HTTP_HOSTS, settings.plainHttpHosts());
        internalRanges = settings.internal().stream()
                .map(String::strip)
                .map(AddressRange::parse)
                .flatMap(Optional::stream)
                .toList();
        internalHosts = patterns(
                INTERNAL,
                settings.internal().stream()
                        .map(String::strip)
                        .filter(text -> AddressRange.parse(text).isEmpty())
                        .toList());
    }

    /** @throws AddressNotAllowedException by scheme, host or port; no name is looked up */
    Target allowed(URI address) {
        Target target = Target.of(address);
        if (hosts.stream().noneMatch(host -> host.allows(target))) {
            throw new AddressNotAllowedException("Requests to '%s' are not allowed. An administrator can add it to %s."
                    .formatted(target.name(), HOSTS));
        }
        if (target.scheme() == Target.Scheme.HTTP && plainHttpHosts.stream().noneMatch(host -> host.allows(target))) {
            throw new AddressNotAllowedException(
                    "Requests to '%s' need https. An administrator can allow plain http by adding it to %s."
                            .formatted(target.name(), PLAIN_HTTP_HOSTS));
        }
        return target;
    }

    /**
     * Refuses a name if any of its addresses is special: one that is half inside is not to be trusted.
     *
     * @throws AddressNotAllowedException naming the address
     */
    void requireAllowed(Target target, List<InetAddress> addresses) {
        if (internalHosts.stream().anyMatch(host -> host.names(target.host()))) {
            return;
        }
        addresses.forEach(address -> requireAllowed(target, address));
    }

    private void requireAllowed(Target target, InetAddress address) {
        if (internalRanges.stream().anyMatch(range -> range.contains(address))) {
            return;
        }
        SpecialAddresses.kind(address).ifPresent(kind -> {
            throw new AddressNotAllowedException(
                    "Requests to '%s' are not allowed: it is at %s, %s. An administrator can add the host or a range to %s."
                            .formatted(target.name(), address.getHostAddress(), kind, INTERNAL));
        });
    }

    private static List<HostPattern> patterns(String setting, List<String> texts) {
        return texts.stream().map(text -> HostPattern.parse(setting, text)).toList();
    }
}
