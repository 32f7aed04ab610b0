package dev.kvasir.decoder;

import java.util.Locale;

/** How a loaded model computes. */
public enum Profile {
    /** 32-bit floats, as the reference does: for numbers that can be compared and repeated. */
    EXACT,
    /**
     * Matrices in whatever kernel is the quickest here, in 8 bits, bfloat16 or float; activations, norms, attention and the
     * KV cache in 32-bit floats, so that caches and fusers are the same as under {@link #EXACT}.
     */
    FAST;

    /** As options, graphs and reports call it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
