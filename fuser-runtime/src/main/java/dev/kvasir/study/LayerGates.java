package dev.kvasir.study;

import dev.kvasir.fuser.FusionWatch.Part;
import java.util.List;

/**
 * What gate and weights of one receiver layer did to its keys or values, over the fused positions of some prompts.
 *
 * @param open whether the gate is
 * @param change length of what was added, by the length of the receiver's own; 0 behind a shut gate
 * @param heads weights of each KV head, measured behind a shut gate too
 */
public record LayerGates(int layer, Part part, boolean open, double change, List<Head> heads) {

    public LayerGates {
        heads = List.copyOf(heads);
    }

    /** Weights of one KV head, each in (0, 1). */
    public record Head(int head, long tokens, double mean, double deviation, double least, double most) {}

    /** Mean over heads and tokens. */
    public double mean() {
        return heads.stream().mapToDouble(Head::mean).average().orElse(0);
    }
}
