package dev.kvasir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheSealTest {

    private static final byte[] SECRET = bytes(32, 1);
    private static final Transfer TRANSFER = new Transfer("t-1", "anna", "run-1", "e", "edge", "cloud");
    private static final long ENOUGH = 1 << 20;
    private static final int HEADER = 8 + 1 + 3 + 32;
    private static final int CHUNK = 4 + CacheSeal.CHUNK + 16;

    @TempDir
    private Path folder;

    private final CacheSeal seal = new CacheSeal(SECRET, new SecureRandom());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000})
    void whatWasSealedOpensAsItWas(int size) throws IOException {
        byte[] plain = bytes(size, 2);

        assertThat(open(TRANSFER, sealed(plain))).isEqualTo(plain);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target())))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingOfThePlainTextShowsAndNoSealIsLikeAnother() throws IOException {
        byte[] plain = "raw text never leaves the edge".repeat(50).getBytes(StandardCharsets.US_ASCII);
        byte[] one = sealed(plain);

        assertThat(new String(one, StandardCharsets.ISO_8859_1))
                .doesNotContain("raw text")
                .doesNotContain("anna");
        assertThat(one).isNotEqualTo(sealed(plain)).hasSize(HEADER + 4 + plain.length + 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 9, 12, 43, 44, 47, 48, 50_000, HEADER + CHUNK, HEADER + CHUNK + 5, HEADER + CHUNK + 60})
    void aChangedByteIsNoticedWhereverItIs(int place) throws IOException {
        byte[] sealed = sealed(bytes(66_000, 3));
        sealed[place] ^= 1;

        refused(TRANSFER, sealed);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 5, HEADER, HEADER + 2, HEADER + 100, HEADER + CHUNK, HEADER + CHUNK + 3, HEADER + 2 * CHUNK})
    void aStreamThatWasCutIsRefused(int length) throws IOException {
        refused(TRANSFER, Arrays.copyOf(sealed(bytes(2 * CacheSeal.CHUNK + 10, 4)), length));
    }

    @Test
    void somethingBehindTheLastChunkIsRefused() throws IOException {
        byte[] shortOne = sealed(bytes(10, 5));
        byte[] wholeChunk = sealed(bytes(CacheSeal.CHUNK, 5));

        refused(TRANSFER, Arrays.copyOf(shortOne, shortOne.length + 1));
        refused(TRANSFER, Arrays.copyOf(wholeChunk, wholeChunk.length + 1));
    }

    @Test
    void chunksOutOfOrderOrTwiceAreRefused() throws IOException {
        byte[] sealed = sealed(bytes(3 * CacheSeal.CHUNK, 6));
        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, HEADER, swapped, HEADER + CHUNK, CHUNK);
        System.arraycopy(sealed, HEADER + CHUNK, swapped, HEADER, CHUNK);
        byte[] twice = ByteBuffer.allocate(sealed.length + CHUNK)
                .put(sealed, 0, HEADER + CHUNK)
                .put(sealed, HEADER, sealed.length - HEADER)
                .array();

        refused(TRANSFER, swapped);
        refused(TRANSFER, twice);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(new Transfer("t-2", "anna", "run-1", "e", "edge", "cloud")),
                Arguments.of(new Transfer("t-1", "ben", "run-1", "e", "edge", "cloud")),
                Arguments.of(new Transfer("t-1", "anna", "run-2", "e", "edge", "cloud")),
                Arguments.of(new Transfer("t-1", "anna", "run-1", "f", "edge", "cloud")),
                Arguments.of(new Transfer("t-1", "anna", "run-1e", "e", "dge", "cloud")),
                Arguments.of(new Transfer("t-1", "anna", "run-1", "e", "cloud", "cloud")),
                Arguments.of(new Transfer("t-1", "anna", "run-1", "e", "edge", "elsewhere")),
                Arguments.of(new Transfer("t-1", "annaedge", "run-1", "e", "e", "cloud")));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatWasSealedForOneTransferOpensAsNoOther(Transfer other) throws IOException {
        refused(other, sealed(bytes(100, 7)));
    }

    @Test
    void anotherInstallationOpensNothing() throws IOException {
        CacheSeal other = new CacheSeal(bytes(32, 9), new SecureRandom());
        byte[] sealed = sealed(bytes(100, 7));

        assertThatThrownBy(() -> other.open(TRANSFER, new ByteArrayInputStream(sealed), target(), ENOUGH))
                .isInstanceOf(SealBrokenException.class)
                .hasMessage(
                        "The cache of transfer t-1 is refused: chunk 0 is not what was sealed for it. Send it again under"
                                + " a new transfer.");
    }

    @Test
    void moreThanWasAnnouncedIsRefused() throws IOException {
        byte[] sealed = sealed(bytes(100, 7));

        assertThatThrownBy(() -> seal.open(TRANSFER, new ByteArrayInputStream(sealed), target(), 99))
                .hasMessageContaining("it has more than the 99 bytes that were announced");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aTransferIsOpenedOnceAndOnlyIfItIsAwaited() throws IOException {
        AwaitedTransfers awaited = new AwaitedTransfers(seal);
        byte[] sealed = sealed(bytes(100, 7));

        assertThatThrownBy(() -> awaited.open(TRANSFER, new ByteArrayInputStream(sealed), target(), ENOUGH))
                .hasMessageContaining("it is not awaited here, or has come before");
        awaited.await(TRANSFER);
        awaited.open(TRANSFER, new ByteArrayInputStream(sealed), target(), ENOUGH);
        assertThat(target()).hasBinaryContent(bytes(100, 7));
        assertThatThrownBy(() -> awaited.open(TRANSFER, new ByteArrayInputStream(sealed), target(), ENOUGH))
                .isInstanceOf(SealBrokenException.class)
                .hasMessageContaining("it is not awaited here, or has come before");
        awaited.await(TRANSFER);
        awaited.forget(TRANSFER);
        assertThatThrownBy(() -> awaited.open(TRANSFER, new ByteArrayInputStream(sealed), target(), ENOUGH))
                .isInstanceOf(SealBrokenException.class);
    }

    /** HKDF (RFC 5869) and the nonce by hand: what another implementation would have to do. */
    @Test
    void theFormatIsAsItIsDescribed() throws IOException, GeneralSecurityException {
        byte[] plain = bytes(40, 8);
        byte[] sealed = sealed(plain);
        byte[] header = Arrays.copyOf(sealed, HEADER);
        byte[] binding = TRANSFER.binding();
        byte[] prk = hmac(Arrays.copyOfRange(header, HEADER - 32, HEADER), SECRET);
        byte[] key = hmac(
                prk,
                ByteBuffer.allocate(binding.length + 1)
                        .put(binding)
                        .put((byte) 1)
                        .array());
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] lastAndFirst = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, lastAndFirst));
        cipher.updateAAD(header);
        cipher.updateAAD(binding);

        assertThat(new String(header, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("KVSEAL1\n");
        assertThat(cipher.doFinal(sealed, HEADER + 4, sealed.length - HEADER - 4))
                .isEqualTo(plain);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new CacheSeal(new byte[31], new SecureRandom()))
                .hasMessage("The installation's secret has 31 bytes; it needs at least 32 random ones.");
        assertThatThrownBy(() -> new Transfer("a b", "anna", "run-1", "e", "edge", "cloud"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Transfer("a", " ", "run-1", "e", "edge", "cloud"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void refused(Transfer transfer, byte[] sealed) {
        assertThatThrownBy(() -> seal.open(transfer, new ByteArrayInputStream(sealed), target(), ENOUGH))
                .isInstanceOf(SealBrokenException.class)
                .hasMessageStartingWith("The cache of transfer " + transfer.id() + " is refused: ");
        assertThat(folder).isEmptyDirectory();
    }

    private byte[] sealed(byte[] plain) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        seal.seal(TRANSFER, new ByteArrayInputStream(plain), sealed);
        return sealed.toByteArray();
    }

    private byte[] open(Transfer transfer, byte[] sealed) throws IOException {
        seal.open(transfer, new ByteArrayInputStream(sealed), target(), ENOUGH);
        return Files.readAllBytes(target());
    }

    private Path target() {
        return folder.resolve("cache.safetensors");
    }

    private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(data);
    }

    private static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
