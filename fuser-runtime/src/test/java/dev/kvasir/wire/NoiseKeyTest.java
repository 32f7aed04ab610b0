package dev.kvasir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class NoiseKeyTest {

    private static final NoiseKey KEY = key("an installation's secret of 32 bytes and more");

    @Test
    void onePurposeGetsOneStreamAndAnyOtherPurposeOrKeyAnother() {
        double[] noise = drawn(KEY, "anna", "seed 1");

        assertThat(drawn(KEY, "anna", "seed 1")).isEqualTo(noise);
        assertThat(drawn(KEY, "ben", "seed 1")).doesNotContain(noise);
        assertThat(drawn(KEY, "anna", "seed 2")).doesNotContain(noise);
        assertThat(drawn(KEY, "annas", "eed 1")).doesNotContain(noise);
        assertThat(drawn(key("another installation's secret of 32 bytes"), "anna", "seed 1"))
                .doesNotContain(noise);
        assertThat(drawn(NoiseKey.fresh(new SecureRandom()), "anna", "seed 1")).doesNotContain(noise);
    }

    @Test
    void theStreamIsGaussianBeyondItsFirstPieceToo() {
        RandomGenerator random = KEY.generator(List.of("many"));
        double[] many =
                DoubleStream.generate(random::nextGaussian).limit(200_000).toArray();

        double mean = DoubleStream.of(many).average().orElseThrow();
        double variance =
                DoubleStream.of(many).map(x -> (x - mean) * (x - mean)).sum() / many.length;
        long beyondTwo = DoubleStream.of(many).filter(x -> Math.abs(x) > 2).count();
        assertThat(mean).isCloseTo(0, within(0.02));
        assertThat(variance).isCloseTo(1, within(0.02));
        assertThat(beyondTwo / 200_000.0).isCloseTo(0.0455, within(0.003));
        assertThat(DoubleStream.of(many).distinct().count()).isGreaterThan(199_990);
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new NoiseKey(new byte[31]))
                .hasMessage("The installation's secret has 31 bytes; it needs at least 32 random ones.");
    }

    private static NoiseKey key(String secret) {
        return new NoiseKey(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static double[] drawn(NoiseKey key, String... purpose) {
        RandomGenerator random = key.generator(List.of(purpose));
        return DoubleStream.generate(random::nextGaussian).limit(100).toArray();
    }
}
