package dev.kvasir.hook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies messages as the Standard Webhooks specification 1.0 has it: HMAC-SHA256 over id, time and body.
 *
 * <p>A secret is {@code whsec_} and the Base64 of 24 to 64 bytes; a signature {@code v1,} and the Base64 of the code. A header may hold
 * several signatures, divided by spaces.
 */
final class Signature {

    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;
    private static final int MOST_SIGNATURES = 20;

    private Signature() {}

    /** A new secret of 256 bits. */
    static String secret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /** The signature of a message, sent or said to be sent at a time in seconds since 1970. */
    static String of(String secret, String id, long timestamp, byte[] body) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return VERSION + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This JDK cannot sign with " + ALGORITHM, impossible);
        }
    }

    /** Whether one of a header's signatures is the expected one, in a time that does not tell where they differ. */
    static boolean isAmong(String header, String expected) {
        boolean found = false;
        byte[] wanted = expected.getBytes(StandardCharsets.UTF_8);
        for (String signature : header.split(" ", MOST_SIGNATURES)) {
            found |= MessageDigest.isEqual(signature.getBytes(StandardCharsets.UTF_8), wanted);
        }
        return found;
    }
}
