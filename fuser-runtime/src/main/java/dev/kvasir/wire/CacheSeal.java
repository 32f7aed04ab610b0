package dev.kvasir.wire;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals a cache's file for one passage between two workers, and opens it there: AES-256-GCM, chunk by chunk.
 *
 * <pre>
 * "KVSEAL1\n"  length of the id (1 byte)  id  salt (32 bytes)        the header, in clear
 * length (4 bytes, big-endian)  cipher text  tag (16 bytes)          a chunk of up to 64 KiB; the last may be empty
 * ...
 * </pre>
 *
 * The key is HKDF-SHA256 of the installation's secret, the salt, and all of the {@link Transfer}: whose text, which run and edge, from
 * where to where. Each seal draws a new salt, so no
 * key seals twice. A chunk's nonce is its number and whether it is the last: chunks that are missing, repeated or out of order do not
 * open. Header and transfer are authenticated with every chunk. Safe for several threads.
 */
public final class CacheSeal {

    /** Bytes of a chunk before it is sealed. */
    static final int CHUNK = 1 << 16;

    private static final byte[] MAGIC = "KVSEAL1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 32;
    private static final int TAG = 16;
    private static final int LEAST_SECRET = 32;

    private final byte[] secret;
    private final SecureRandom random;

    /**
     * Seals and opens for one installation.
     *
     * @param secret that its workers share, at least 32 random bytes; copied
     * @param random of salts
     */
    public CacheSeal(byte[] secret, SecureRandom random) {
        if (secret.length < LEAST_SECRET) {
            throw new IllegalArgumentException(
                    "The installation's secret has %d bytes; it needs at least 32 random ones."
                            .formatted(secret.length));
        }
        this.secret = secret.clone();
        this.random = random;
    }

    /**
     * Seals a stream. What was written before a fault does not open.
     *
     * @param plain read to its end; not closed
     * @param sealed not closed
     */
    public void seal(Transfer transfer, InputStream plain, OutputStream sealed) throws IOException {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        byte[] header = header(transfer, salt);
        sealed.write(header);
        Chunks chunks = new Chunks(transfer, header, key(transfer, salt));
        DataOutputStream out = new DataOutputStream(sealed);
        byte[] piece = plain.readNBytes(CHUNK);
        boolean isLast = false;
        while (!isLast) {
            byte[] next = piece.length < CHUNK ? new byte[0] : plain.readNBytes(CHUNK);
            isLast = next.length == 0;
            byte[] coded = chunks.seal(piece, isLast);
            out.writeInt(coded.length);
            out.write(coded);
            piece = next;
        }
        out.flush();
    }

    /**
     * Opens a stream into a file that only its owner may read. The file appears when the last chunk has been opened, or not at all.
     *
     * @param sealed read to its end; not closed
     * @param most bytes that the file may have
     * @throws SealBrokenException if it is not whole, not unchanged, or was sealed for another transfer or installation
     */
    public void open(Transfer transfer, InputStream sealed, Path target, long most) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        Path part = Files.createTempFile(
                folder,
                "transfer",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (OutputStream plain = Files.newOutputStream(part)) {
                open(transfer, new DataInputStream(new BufferedInputStream(sealed)), plain, most);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void open(Transfer transfer, DataInputStream sealed, OutputStream plain, long most) throws IOException {
        byte[] header = readHeader(transfer, sealed);
        byte[] salt = Arrays.copyOfRange(header, header.length - SALT, header.length);
        Chunks chunks = new Chunks(transfer, header, key(transfer, salt));
        long written = 0;
        boolean isLast = false;
        while (!isLast) {
            byte[] coded = readChunk(transfer, sealed);
            // only the last chunk may be short, and a stream that ends here must end with it
            isLast = coded.length < CHUNK + TAG || isEnd(sealed);
            byte[] piece = chunks.open(coded, isLast);
            written += piece.length;
            if (written > most) {
                throw new SealBrokenException(
                        transfer, "it has more than the %d bytes that were announced".formatted(most));
            }
            plain.write(piece);
        }
        if (sealed.read() >= 0) {
            throw new SealBrokenException(transfer, "something follows its last chunk");
        }
    }

    private static boolean isEnd(DataInputStream sealed) throws IOException {
        sealed.mark(1);
        boolean isEnd = sealed.read() < 0;
        if (!isEnd) {
            sealed.reset();
        }
        return isEnd;
    }

    private static byte[] header(Transfer transfer, byte[] salt) {
        byte[] id = transfer.id().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(MAGIC.length + 1 + id.length + SALT)
                .put(MAGIC)
                .put((byte) id.length)
                .put(id)
                .put(salt)
                .array();
    }

    private static byte[] readHeader(Transfer transfer, DataInputStream sealed) throws IOException {
        byte[] header = new byte[header(transfer, new byte[SALT]).length];
        int count = sealed.readNBytes(header, 0, header.length);
        byte[] expected = header(transfer, new byte[SALT]);
        boolean isOurs = count == header.length
                && Arrays.equals(header, 0, header.length - SALT, expected, 0, header.length - SALT);
        if (!isOurs) {
            throw new SealBrokenException(transfer, "it does not begin as a cache that was sealed for it");
        }
        return header;
    }

    private static byte[] readChunk(Transfer transfer, DataInputStream sealed) throws IOException {
        try {
            int length = sealed.readInt();
            if (length < TAG || length > CHUNK + TAG) {
                throw new SealBrokenException(transfer, "a chunk says it has %d bytes".formatted(length));
            }
            byte[] coded = new byte[length];
            sealed.readFully(coded);
            return coded;
        } catch (EOFException cut) {
            throw new SealBrokenException(transfer, "it ends before its last chunk");
        }
    }

    private SecretKey key(Transfer transfer, byte[] salt) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .addSalt(salt)
                                    .thenExpand(transfer.binding(), 32));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java has no HKDF-SHA256; run Kvasir on a JDK 25 or later.", missing);
        }
    }

    /** The chunks of one stream, in order. */
    private static final class Chunks {

        private final Transfer transfer;
        private final byte[] bound;
        private final SecretKey key;
        private long number;

        /** @param header authenticated with each chunk, and so is the transfer */
        Chunks(Transfer transfer, byte[] header, SecretKey key) {
            this.transfer = transfer;
            byte[] binding = transfer.binding();
            this.bound = ByteBuffer.allocate(header.length + binding.length)
                    .put(header)
                    .put(binding)
                    .array();
            this.key = key;
        }

        byte[] seal(byte[] piece, boolean isLast) {
            try {
                return cipher(Cipher.ENCRYPT_MODE, isLast).doFinal(piece);
            } catch (GeneralSecurityException fault) {
                throw new IllegalStateException("A chunk cannot be sealed", fault);
            }
        }

        byte[] open(byte[] coded, boolean isLast) {
            try {
                return cipher(Cipher.DECRYPT_MODE, isLast).doFinal(coded);
            } catch (AEADBadTagException changed) {
                throw new SealBrokenException(transfer, "chunk %d is not what was sealed for it".formatted(number - 1));
            } catch (GeneralSecurityException fault) {
                throw new IllegalStateException("A chunk cannot be opened", fault);
            }
        }

        private Cipher cipher(int mode, boolean isLast) throws GeneralSecurityException {
            byte[] nonce = ByteBuffer.allocate(12)
                    .put((byte) (isLast ? 1 : 0))
                    .position(4)
                    .putLong(number++)
                    .array();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
            cipher.updateAAD(bound);
            return cipher;
        }
    }
}
