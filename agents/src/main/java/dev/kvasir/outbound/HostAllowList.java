package dev.kvasir.outbound;

import java.net.URI;
import java.util.List;

/** Hosts that a setting names, written like those of {@link OutboundSettings}; for uses that may reach fewer than the way out. */
public final class HostAllowList {

    private final String setting;
    private final List<HostPattern> hosts;

    /**
     * Reads a setting.
     *
     * @param setting its name, for messages
     * @throws IllegalArgumentException naming the setting if one is no host
     */
    public HostAllowList(String setting, List<String> hosts) {
        this.setting = setting;
        this.hosts =
                hosts.stream().map(host -> HostPattern.parse(setting, host)).toList();
    }

    /**
     * Looks for an address's host among them.
     *
     * @throws AddressNotAllowedException if it is none of them
     */
    public void requireAllowed(URI address) {
        Target target = Target.of(address);
        if (!allows(target)) {
            throw new AddressNotAllowedException("Requests to '%s' are not allowed. An administrator can add it to %s."
                    .formatted(target.name(), setting));
        }
    }

    boolean allows(Target target) {
        return hosts.stream().anyMatch(host -> host.allows(target));
    }
}
