package dev.kvasir.hook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A key by which a trigger is called: {@code kvt_} and 256 random bits. */
record CallKey(String text) {

    private static final String PREFIX = "kvt_";
    private static final int BYTES = 32;

    static CallKey make(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new CallKey(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What is kept of it: its SHA-256, hexadecimal. */
    String digest() {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256, lower-case hexadecimal. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("This JDK has no SHA-256", impossible);
        }
    }
}
