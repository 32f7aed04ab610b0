package dev.kvasir.tool;

import java.util.regex.Pattern;

/** Full names, such as {@code mcp:files/read}, as models take them. */
final class ToolNames {

    private static final Pattern NOT_TAKEN = Pattern.compile("[^A-Za-z0-9_-]");
    private static final int LONGEST = 64;

    private ToolNames() {}

    /** The last part. */
    static String told(String name) {
        return taken(name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1));
    }

    /** All of it, where two last parts are the same. */
    static String toldInFull(String name) {
        return taken(name);
    }

    private static String taken(String name) {
        String taken = NOT_TAKEN.matcher(name).replaceAll("_");
        return taken.length() <= LONGEST ? taken : taken.substring(0, LONGEST);
    }
}
