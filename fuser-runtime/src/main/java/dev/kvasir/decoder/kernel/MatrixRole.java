package dev.kvasir.decoder.kernel;

import java.util.Locale;

/** What a matrix of a decoder does; those of one role have the same shape in all layers. */
public enum MatrixRole {
    /** Queries, keys and values, rows one below the other. */
    QKV,
    /** Back from the heads to the hidden width. */
    OUTPUT,
    /** Gate and up, rows one below the other. */
    GATE_UP,
    DOWN,
    /** From the hidden width to the vocabulary; one for the whole model. */
    HEAD;

    /** As it is called inside programs, in files and by options. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
