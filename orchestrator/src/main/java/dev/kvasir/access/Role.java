package dev.kvasir.access;

import java.util.EnumSet;
import java.util.Set;

/** What a signed-in user is allowed, as scopes. */
enum Role {
    ADMIN,
    EDITOR,
    RUNNER,
    VIEWER;

    Set<Scope> scopes() {
        return switch (this) {
            case ADMIN -> Scope.all();
            case EDITOR -> EnumSet.complementOf(EnumSet.of(Scope.ADMIN, Scope.MODELS_ADMIN));
            case RUNNER -> EnumSet.of(Scope.GRAPHS_READ, Scope.RUNS_READ, Scope.RUNS_WRITE);
            case VIEWER -> EnumSet.of(Scope.GRAPHS_READ, Scope.RUNS_READ);
        };
    }
}
