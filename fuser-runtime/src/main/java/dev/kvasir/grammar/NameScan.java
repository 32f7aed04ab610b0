package dev.kvasir.grammar;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names the open objects of a JSON text have so far. An automaton cannot keep them: they are without number.
 *
 * @param level the innermost object or list that is open
 * @param name of a member, as far as it was read
 */
record NameScan(Level level, Place place, String name) {

    static final NameScan START = new NameScan(new Level(false, Set.of(), null), Place.BETWEEN, "");

    /** Where a text is. */
    enum Place {
        BETWEEN,
        BEFORE_NAME,
        NAME,
        NAME_ESCAPE,
        TEXT,
        TEXT_ESCAPE
    }

    /** An object with its names, or a list, and what it lies in. */
    record Level(
            boolean isObject, Set<String> names, @Nullable Level outer) {

        Level with(String name) {
            Set<String> more = new HashSet<>(names);
            more.add(name);
            return new Level(isObject, more, outer);
        }

        Level object() {
            return new Level(true, Set.of(), this);
        }

        Level list() {
            return new Level(false, Set.of(), this);
        }
    }

    /** The same behind some bytes; null if they write a name that its object has already. */
    @Nullable
    NameScan behind(byte[] token) {
        NameScan scan = this;
        for (byte value : token) {
            scan = scan.behind((char) (value & 0xFF));
            if (scan == null) {
                return null;
            }
        }
        return scan;
    }

    private @Nullable NameScan behind(char c) {
        return switch (place) {
            case NAME ->
                switch (c) {
                    case '"' -> level.names().contains(name) ? null : new NameScan(level.with(name), Place.BETWEEN, "");
                    case '\\' -> new NameScan(level, Place.NAME_ESCAPE, name + c);
                    default -> new NameScan(level, Place.NAME, name + c);
                };
            case NAME_ESCAPE -> new NameScan(level, Place.NAME, name + c);
            case TEXT ->
                switch (c) {
                    case '"' -> at(Place.BETWEEN);
                    case '\\' -> at(Place.TEXT_ESCAPE);
                    default -> this;
                };
            case TEXT_ESCAPE -> at(Place.TEXT);
            case BETWEEN, BEFORE_NAME -> between(c);
        };
    }

    private NameScan between(char c) {
        return switch (c) {
            case '"' -> at(place == Place.BEFORE_NAME ? Place.NAME : Place.TEXT);
            case '{' -> new NameScan(level.object(), Place.BEFORE_NAME, "");
            case '[' -> new NameScan(level.list(), Place.BETWEEN, "");
            case '}', ']' -> {
                Level outer = level.outer();
                yield new NameScan(outer == null ? level : outer, Place.BETWEEN, "");
            }
            case ',' -> at(level.isObject() ? Place.BEFORE_NAME : Place.BETWEEN);
            default -> this;
        };
    }

    private NameScan at(Place other) {
        return new NameScan(level, other, name);
    }
}
