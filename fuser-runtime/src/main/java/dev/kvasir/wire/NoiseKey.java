package dev.kvasir.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the noise of wire policies is drawn by: whoever has it draws the same noise again, and nobody else does.
 *
 * <p>The generator's key is HMAC-SHA256 of what the noise is for, under this key; its numbers are the stream of AES-256 in counter
 * mode. So noise that is for something else in any part says nothing about this one. Safe for several threads.
 */
public final class NoiseKey {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_SECRET = 32;

    private final SecretKeySpec key;

    /**
     * Draws for one installation.
     *
     * @param secret that its workers share, at least 32 random bytes; copied
     */
    public NoiseKey(byte[] secret) {
        if (secret.length < LEAST_SECRET) {
            throw new IllegalArgumentException(
                    "The installation's secret has %d bytes; it needs at least 32 random ones."
                            .formatted(secret.length));
        }
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** A key that nobody knows and that is gone with this process: nothing that it drew can be drawn again. */
    public static NoiseKey fresh(SecureRandom random) {
        byte[] secret = new byte[LEAST_SECRET];
        random.nextBytes(secret);
        return new NoiseKey(secret);
    }

    /**
     * A generator at its beginning; for one thread.
     *
     * @param purpose what the noise is for, part by part: whose text, which text, on which edge, under which policy, which run's
     *     seed. Two caches must never be blurred for one purpose, or the difference of what crosses tells the difference of both
     */
    public RandomGenerator generator(List<String> purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update("kvasir wire noise 1".getBytes(StandardCharsets.UTF_8));
            for (String part : purpose) {
                byte[] text = part.getBytes(StandardCharsets.UTF_8);
                mac.update((byte) (text.length >>> 24));
                mac.update((byte) (text.length >>> 16));
                mac.update((byte) (text.length >>> 8));
                mac.update((byte) text.length);
                mac.update(text);
            }
            return new CounterStream(mac.doFinal());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java has no " + ALGORITHM + "; run Kvasir on a JDK 25.", missing);
        }
    }
}
