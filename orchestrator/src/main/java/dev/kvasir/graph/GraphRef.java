package dev.kvasir.graph;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A published version of one's own graph, as documents name it: {@code name@version}.
 *
 * @param version from 1
 */
public record GraphRef(String name, int version) {

    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9_]{0,63})@([1-9][0-9]{0,8})");

    static Optional<GraphRef> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new GraphRef(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
