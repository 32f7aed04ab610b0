package dev.kvasir.access;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Seals secrets that must be read again, such as those by which messages are signed: AES-256-GCM under a key that lies in a file, not in
 * the database. A sealed secret names its key, so that a new key can be put before the old ones at any time. The file is read, or made,
 * when it is first needed. Safe for several threads.
 */
@Component
public class Vault {

    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Pattern SEALED = Pattern.compile("v1\\.([0-9a-f]{8})\\.([A-Za-z0-9_-]+)");

    private final VaultProperties settings;
    private final SecureRandom random = new SecureRandom();
    private @Nullable List<VaultKey> known;

    Vault(VaultProperties settings) {
        this.settings = settings;
    }

    /**
     * Seals a secret.
     *
     * @param place what it belongs to, such as a row's id; it can be opened only for the same
     */
    public String seal(String secret, String place) {
        VaultKey key = keys().getFirst();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        sealed.writeBytes(nonce);
        sealed.writeBytes(crypt(Cipher.ENCRYPT_MODE, key, nonce, place, secret.getBytes(StandardCharsets.UTF_8)));
        return "v1." + key.id() + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed.toByteArray());
    }

    /**
     * Opens what was sealed for the same place.
     *
     * @throws VaultException if its key is not in the file, or it was changed
     */
    public String open(String sealed, String place) {
        Matcher parts = SEALED.matcher(sealed);
        if (!parts.matches()) {
            throw new VaultException("A stored secret is not sealed as it should be. Set a new one.", null);
        }
        VaultKey key = keys().stream()
                .filter(one -> one.id().equals(parts.group(1)))
                .findFirst()
                .orElseThrow(() -> new VaultException(
                        "A stored secret was sealed by key %s, which is not in the key file (kvasir.secrets.key-file). Add that key, or set a new secret."
                                .formatted(parts.group(1)),
                        null));
        byte[] bytes = Base64.getUrlDecoder().decode(parts.group(2));
        if (bytes.length <= NONCE_BYTES) {
            throw new VaultException("A stored secret is not sealed as it should be. Set a new one.", null);
        }
        byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        byte[] rest = Arrays.copyOfRange(bytes, NONCE_BYTES, bytes.length);
        return new String(crypt(Cipher.DECRYPT_MODE, key, nonce, place, rest), StandardCharsets.UTF_8);
    }

    /** Whether a secret is sealed by the newest key. */
    public boolean isCurrent(String sealed) {
        return sealed.startsWith("v1." + keys().getFirst().id() + ".");
    }

    private synchronized List<VaultKey> keys() {
        List<VaultKey> keys = known;
        if (keys == null) {
            keys = VaultKey.of(settings.file());
            known = keys;
        }
        return keys;
    }

    private static byte[] crypt(int mode, VaultKey key, byte[] nonce, String place, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException changed) {
            throw new VaultException(
                    "A stored secret cannot be opened: it was changed, or belongs elsewhere. Set a new one.", changed);
        }
    }
}
