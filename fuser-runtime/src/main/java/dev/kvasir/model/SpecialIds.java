package dev.kvasir.model;

import java.util.OptionalInt;

/** The ids of the tokens with a role: begin, end, padding and unknown; each may be missing. */
public record SpecialIds(OptionalInt bos, OptionalInt eos, OptionalInt pad, OptionalInt unk) {

    public static final SpecialIds NONE =
            new SpecialIds(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** The padding id, or the end id where the tokenizer has none. */
    public OptionalInt padOrEos() {
        return pad.isPresent() ? pad : eos;
    }
}
