package dev.kvasir.device;

/**
 * On whose behalf things are held: those that hold together, such as all that one island's nodes use. What a party holds lies
 * on one device, and a party that holds something goes before those that do not: only it can let go.
 *
 * <p>For one thread at a time. Parties are told apart by identity.
 */
public final class Party {}
