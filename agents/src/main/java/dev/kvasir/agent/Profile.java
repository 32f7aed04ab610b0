package dev.kvasir.agent;

/** How a local model computes. Remote ones pay no heed. */
public enum Profile {
    /** 32-bit floats: numbers that can be repeated and compared. What is taken where nothing is said. */
    EXACT(dev.kvasir.decoder.Profile.EXACT),
    /** The quickest kernels of the machine, rounded. */
    FAST(dev.kvasir.decoder.Profile.FAST);

    private final dev.kvasir.decoder.Profile decoder;

    Profile(dev.kvasir.decoder.Profile decoder) {
        this.decoder = decoder;
    }

    dev.kvasir.decoder.Profile decoder() {
        return decoder;
    }
}
