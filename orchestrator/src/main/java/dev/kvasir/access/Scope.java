package dev.kvasir.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a caller may do. */
public enum Scope {
    GRAPHS_READ,
    GRAPHS_WRITE,
    RUNS_READ,
    RUNS_WRITE,
    EXPERIMENTS_WRITE,
    MODELS_ADMIN,
    ADMIN;

    /** As keys and answers name it, such as {@code graphs:read}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    static Optional<Scope> of(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text().equals(text))
                .findFirst();
    }

    /** Everything. */
    static Set<Scope> all() {
        return EnumSet.allOf(Scope.class);
    }
}
