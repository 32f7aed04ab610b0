package dev.kvasir.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opaque list cursors: a position, signed together with the list and the owner it belongs to, so that a foreign or altered
 * one is found out. Every server of an installation signs with the same key.
 */
@Component
public class Cursors {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int LONGEST = 1000;

    private final JdbcClient database;
    private final AtomicReference<@Nullable SecretKeySpec> key = new AtomicReference<>();

    Cursors(JdbcClient database) {
        this.database = database;
    }

    /**
     * A cursor that leads on after a position.
     *
     * @param list what is listed, its filters included
     */
    public String after(String position, String list, Caller caller) {
        byte[] text = position.getBytes(StandardCharsets.UTF_8);
        byte[] signature = sign(position, list, caller);
        byte[] cursor = Arrays.copyOf(signature, SIGNATURE_BYTES + text.length);
        System.arraycopy(text, 0, cursor, SIGNATURE_BYTES, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /**
     * The position that a cursor of this list and this caller holds.
     *
     * @throws ProblemException {@code invalid-cursor} for any other text
     */
    public String position(String cursor, String list, Caller caller) {
        byte[] bytes = decode(cursor);
        String position = new String(bytes, SIGNATURE_BYTES, bytes.length - SIGNATURE_BYTES, StandardCharsets.UTF_8);
        byte[] signature = Arrays.copyOf(sign(position, list, caller), SIGNATURE_BYTES);
        if (!MessageDigest.isEqual(signature, Arrays.copyOf(bytes, SIGNATURE_BYTES))) {
            throw invalid();
        }
        return position;
    }

    private static byte[] decode(String cursor) {
        if (cursor.length() > LONGEST) {
            throw invalid();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length <= SIGNATURE_BYTES) {
                throw invalid();
            }
            return bytes;
        } catch (IllegalArgumentException notBase64) {
            throw invalid();
        }
    }

    private static ProblemException invalid() {
        return new ProblemException(
                ProblemType.INVALID_CURSOR,
                "The cursor is not one of this list. Pass 'nextCursor' unchanged, with the same filters.");
    }

    private byte[] sign(String position, String list, Caller caller) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key());
            mac.update((list + "\n" + caller.userId() + "\n").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(position.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This JDK cannot sign with " + ALGORITHM, impossible);
        }
    }

    private SecretKeySpec key() {
        SecretKeySpec known = key.get();
        if (known != null) {
            return known;
        }
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        database.sql("insert into server_secret (name, value) values ('cursor', :value) on conflict (name) do nothing")
                .param("value", fresh)
                .update();
        byte[] stored = database.sql("select value from server_secret where name = 'cursor'")
                .query(byte[].class)
                .single();
        SecretKeySpec made = new SecretKeySpec(stored, ALGORITHM);
        key.set(made);
        return made;
    }
}
