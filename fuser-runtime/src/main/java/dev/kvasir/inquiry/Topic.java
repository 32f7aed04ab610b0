package dev.kvasir.inquiry;

import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.fuser.Gates;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.WirePolicy;
import java.util.List;

/** What a study looks at. */
public sealed interface Topic {

    /** Of a pair: how many directions its caches use. */
    record Ranks(int tokens) implements Topic {}

    /** Of a pair: answers while more and more is fused; shares are 0 to 1. */
    record Curve(List<Double> shares) implements Topic {
        public Curve {
            shares = List.copyOf(shares);
        }
    }

    /** Of a pair: what its gates and weights do. */
    record GatesAndWeights(Gates gates) implements Topic {}

    /** Of a pair: keys or values of one of the receiver's layers on a plane, at most so many tokens of each cache. */
    record Map(int layer, Part part, int tokens) implements Topic {}

    /** Of one model: whether a cache gets better behind some examples; each layer alone too, if so asked. */
    record Enrichment(int shots, boolean eachLayer) implements Topic {}

    /** Of a sharer, alone or in a pair: what can be read back from its cache after a policy, and what that costs the pair. */
    record Inversion(Attack attack, int candidates, WirePolicy policy) implements Topic {}
}
