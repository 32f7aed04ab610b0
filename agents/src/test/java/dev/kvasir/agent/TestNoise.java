package dev.kvasir.agent;

import dev.kvasir.wire.NoiseKey;
import java.nio.charset.StandardCharsets;

/** The noise of a test's installation. */
final class TestNoise {

    private TestNoise() {}

    static NoiseKey key() {
        return new NoiseKey("a secret of the tests, long enough".getBytes(StandardCharsets.UTF_8));
    }
}
