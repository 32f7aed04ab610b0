package dev.kvasir.access;

import java.util.Set;
import java.util.UUID;

/**
 * Who asks.
 *
 * @param userId the owner of what the request makes and finds
 * @param name as the audit shows it
 * @param scopes what it may do
 */
public record Caller(UUID userId, String name, Set<Scope> scopes) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
