package dev.kvasir.cache;

/**
 * A tenant's secret. It goes into the identity of every cache of the tenant, so that no cache is ever found, or restored,
 * under another tenant's.
 *
 * @param secret any text; of at least 16 random bytes where its hash must not be guessed
 */
public record TenantSalt(String secret) {

    /** For an installation with one user. */
    public static final TenantSalt NONE = new TenantSalt("");

    /** What may be shown of it: SHA-256, hexadecimal. */
    public String sha256() {
        return Sha256.of("kvasir tenant salt", secret);
    }

    /** The hash; never the secret. */
    @Override
    public String toString() {
        return "TenantSalt[" + sha256() + "]";
    }
}
