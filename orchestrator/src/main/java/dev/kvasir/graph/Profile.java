package dev.kvasir.graph;

import java.util.Locale;

/** Which kernels a model runs on. */
public enum Profile {
    /** 32-bit weights, the reference. */
    EXACT,
    /** Packed weights, chosen by device and shape. */
    FAST;

    /** As documents write it. */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
