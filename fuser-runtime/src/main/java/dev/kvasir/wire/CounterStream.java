package dev.kvasir.wire;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The stream of AES-256 in counter mode as random numbers. A key is used once, so its counter begins at 0. */
final class CounterStream implements RandomGenerator {

    private static final int PIECE = 8192;
    private static final int BLOCK = 16;

    private final Cipher cipher;
    private ByteBuffer drawn = ByteBuffer.allocate(0);

    /** @param key 32 bytes */
    CounterStream(byte[] key) throws GeneralSecurityException {
        cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK]));
    }

    @Override
    public long nextLong() {
        if (drawn.remaining() < Long.BYTES) {
            drawn = ByteBuffer.wrap(cipher.update(new byte[PIECE]));
        }
        return drawn.getLong();
    }
}
