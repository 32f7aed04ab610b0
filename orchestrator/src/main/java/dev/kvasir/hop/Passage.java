package dev.kvasir.hop;

import java.util.UUID;

/**
 * What a cache crosses on: whose run, which edge, from which side to which. A cache that was sealed for one passage opens on no other.
 *
 * @param tenant whose text was read
 * @param sender like {@code coder@edge}: the agent and its pool
 * @param receiver like {@code writer@default}
 */
public record Passage(String tenant, UUID run, String edge, String sender, String receiver) {}
