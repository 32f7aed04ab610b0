package dev.kvasir.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of the vault's file, which has a key a line: 32 bytes in Base64, the newest first.
 *
 * @param id the first 8 hexadecimal digits of the key's SHA-256
 */
record VaultKey(String id, SecretKeySpec key) {

    private static final int BYTES = 32;
    private static final int LARGEST_FILE = 64 * 1024;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** The keys of a file, which is made with one key if it is not there. */
    static List<VaultKey> of(Path file) {
        try {
            if (Files.notExists(file)) {
                make(file);
            }
            return read(file);
        } catch (IOException unreadable) {
            throw new VaultException("The key file of kvasir.secrets.key-file cannot be read or made.", unreadable);
        }
    }

    /** Whole or not at all, and only once: a server that starts at the same time takes the other's. */
    private static void make(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
        Files.createDirectories(folder);
        byte[] fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        Path draft = Files.createTempFile(folder, "secrets", ".tmp", PosixFilePermissions.asFileAttribute(OWNERS));
        Files.writeString(draft, Base64.getEncoder().encodeToString(fresh) + "\n");
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException another) {
            // the other server's key is the key
        } finally {
            Files.delete(draft);
        }
    }

    private static List<VaultKey> read(Path file) throws IOException {
        if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            throw refused(file, "may be read by others than its owner; run chmod 600 on it");
        }
        if (Files.size(file) > LARGEST_FILE) {
            throw refused(file, "has more than " + LARGEST_FILE + " bytes");
        }
        List<VaultKey> keys = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            if (!line.isBlank()) {
                keys.add(parse(file, keys.size() + 1, line.strip()));
            }
        }
        if (keys.isEmpty()) {
            throw refused(file, "has no key; put in 32 random bytes in Base64");
        }
        return List.copyOf(keys);
    }

    private static VaultKey parse(Path file, int number, String line) {
        try {
            byte[] bytes = Base64.getDecoder().decode(line);
            if (bytes.length == BYTES) {
                return new VaultKey(Secrets.sha256(bytes).substring(0, 8), new SecretKeySpec(bytes, "AES"));
            }
        } catch (IllegalArgumentException notBase64) {
            throw refused(file, "has a key %d that is not Base64".formatted(number));
        }
        throw refused(file, "has a key %d that is not of 32 bytes".formatted(number));
    }

    private static VaultException refused(Path file, String why) {
        return new VaultException("The key file %s of kvasir.secrets.key-file %s.".formatted(file, why), null);
    }
}
