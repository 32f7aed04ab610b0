package dev.kvasir.outbound;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that a setting names.
 *
 * @param name in lower case; of a wildcard what follows {@code *.}
 * @param below whether every name below {@code name} is meant, and not itself
 * @param port 0 for the scheme's own
 */
record HostPattern(String name, boolean below, int port) {

    private static final Pattern FORM =
            Pattern.compile("(\\*\\.)?([a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException naming the setting if this is no host */
    static HostPattern parse(String setting, String text) {
        Matcher parts = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw refused(
                    setting, text, "is not a host such as api.example.org, *.example.org or api.example.org:8443");
        }
        boolean below = parts.group(1) != null;
        String name = parts.group(2);
        int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        if (below && !name.contains(".")) {
            throw refused(setting, text, "allows too much; name a domain, such as *.example.org");
        }
        if (parts.group(3) != null && (port == 0 || port > MAX_PORT)) {
            throw refused(setting, text, "names port " + parts.group(3) + ", which does not exist");
        }
        return new HostPattern(name, below, port);
    }

    boolean names(String host) {
        return below ? host.endsWith("." + name) : host.equals(name);
    }

    boolean allows(Target target) {
        return names(target.host()) && (port == 0 ? target.isStandardPort() : port == target.port());
    }

    private static IllegalArgumentException refused(String setting, String text, String why) {
        return new IllegalArgumentException(setting + ": '" + text + "' " + why + ".");
    }
}
