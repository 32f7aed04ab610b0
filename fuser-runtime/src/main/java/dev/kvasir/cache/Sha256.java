package dev.kvasir.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 over texts, each with its length in front, so that no two sequences of texts look alike. */
final class Sha256 {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    static String of(String... texts) {
        MessageDigest digest = digest();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return hex(digest);
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The text, if it looks like such a hash. */
    static String checked(String what, String text) {
        if (!isHash(text)) {
            throw new IllegalArgumentException(
                    "The %s is SHA-256 in 64 lower-case hexadecimal digits, not '%s'.".formatted(what, text));
        }
        return text;
    }

    static boolean isHash(String text) {
        return HEX.matcher(text).matches();
    }
}
