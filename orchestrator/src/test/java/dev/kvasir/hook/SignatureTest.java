package dev.kvasir.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final String secret = Signature.secret(new SecureRandom());
    private final String signature = Signature.of(secret, "event_01", 1_767_225_600, BODY);

    @Test
    void aSecretHas256BitsAndNoTwoAreAlike() {
        assertThat(secret).startsWith("whsec_").isNotEqualTo(Signature.secret(new SecureRandom()));
        assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
    }

    @Test
    void whateverIsSignedChangesTheSignature() {
        byte[] other = "[]".getBytes(StandardCharsets.UTF_8);

        assertThat(Signature.of(secret, "event_02", 1_767_225_600, BODY)).isNotEqualTo(signature);
        assertThat(Signature.of(secret, "event_01", 1_767_225_601, BODY)).isNotEqualTo(signature);
        assertThat(Signature.of(secret, "event_01", 1_767_225_600, other)).isNotEqualTo(signature);
        assertThat(Signature.of(Signature.secret(new SecureRandom()), "event_01", 1_767_225_600, BODY))
                .isNotEqualTo(signature);
    }

    @Test
    void oneOfSeveralSignaturesIsEnoughAndAPartOfOneIsNot() {
        assertThat(Signature.isAmong("v1,old " + signature + " v1a,other", signature))
                .isTrue();
        assertThat(Signature.isAmong(signature.substring(0, signature.length() - 1), signature))
                .isFalse();
        assertThat(Signature.isAmong("", signature)).isFalse();
        assertThat(Signature.isAmong("x ".repeat(1000) + signature, signature)).isFalse();
    }
}
