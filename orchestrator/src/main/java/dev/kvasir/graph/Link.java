package dev.kvasir.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What crosses an edge. */
public sealed interface Link {

    /** The mode as documents, runs and pages name it. */
    Mode mode();

    /** What happens when the link cannot run as asked; text always can. */
    default Fallback fallback() {
        return Fallback.NONE;
    }

    /** What the sharer's cache goes through before the receiver sees it; nothing where no cache of chosen layers crosses. */
    default Wire wire() {
        return Wire.OPEN;
    }

    /** The kinds of link. */
    enum Mode {
        TEXT,
        C2C,
        TEXT_C2C,
        HANDOVER,
        CACHE_PREFIX,
        AUTO;

        /** Whether KV caches cross, so that both ends run on one worker, or the cache has to travel between two. */
        public boolean isCache() {
            return this == C2C || this == TEXT_C2C || this == HANDOVER || this == CACHE_PREFIX;
        }

        /** Whether the sender's text crosses. */
        public boolean isText() {
            return this == TEXT || this == TEXT_C2C;
        }
    }

    /**
     * The sender's reply, as text.
     *
     * @param template what is handed over instead of the bare reply; null for the reply as it is
     */
    record Text(@Nullable String template) implements Link {
        @Override
        public Mode mode() {
            return Mode.TEXT;
        }
    }

    /** The sharer's KV cache of the receiver's own messages, projected and fused into the receiver's. */
    record Fused(Fusion fusion, Wire wire, Fallback fallback) implements Link {
        @Override
        public Mode mode() {
            return Mode.C2C;
        }
    }

    /**
     * Both: the sharer writes, both read it, and question and text are fused.
     *
     * @param template as of {@link Text}
     */
    record TextAndFused(@Nullable String template, Fusion fusion, Wire wire, Fallback fallback) implements Link {
        @Override
        public Mode mode() {
            return Mode.TEXT_C2C;
        }
    }

    /** The whole KV cache, prompt and reply, continued as it is; both ends run the same model. */
    record Handover(Fallback fallback) implements Link {
        @Override
        public Mode mode() {
            return Mode.HANDOVER;
        }
    }

    /**
     * Chosen layers of the KV cache of the sharer's own messages, put before the receiver's; both ends have the same
     * architecture.
     *
     * @param layers that are put there, ascending; null for those to which the receiver attends most
     * @param layerShare how large a part of the layers these are, (0, 1]
     */
    record CachePrefix(@Nullable List<Integer> layers, double layerShare, Wire wire, Fallback fallback)
            implements Link {

        public CachePrefix {
            layers = layers == null ? null : List.copyOf(layers);
        }

        @Override
        public Mode mode() {
            return Mode.CACHE_PREFIX;
        }
    }

    /** The planner picks when a run starts, and says why. */
    record Auto(Preference prefer) implements Link {
        @Override
        public Mode mode() {
            return Mode.AUTO;
        }

        /** Nobody asked for the mode that was picked, so text crosses where it cannot be had. */
        @Override
        public Fallback fallback() {
            return Fallback.TEXT;
        }
    }

    /** What {@link Auto} favours. */
    enum Preference {
        QUALITY,
        SPEED
    }

    /**
     * How caches are fused.
     *
     * @param fuser a registered fuser's name, or {@code auto} for the one that leads from sharer to receiver
     * @param layers the receiver's layers that are fused, ascending, of those the fuser has; null for all
     * @param layerShare part of these layers that is fused, 0 to 1, rounded down to whole layers
     * @param share part of the positions that are fused, 0 to 1
     * @param order from which end of the prompt, and of the layers, shares are counted
     * @param gate whether the trained gates decide
     * @param weightScale multiplies every weight, 0 to 10; 1 as trained
     * @param rank order among several sharers of one receiver, lowest first; equal ranks go by the document's order
     */
    record Fusion(
            String fuser,
            @Nullable List<Integer> layers,
            double layerShare,
            double share,
            Order order,
            Gate gate,
            double weightScale,
            int rank) {

        /** The name that leaves the choice of fuser to the planner. */
        public static final String AUTO = "auto";

        /** All of it as trained, with the fuser that the planner finds. */
        public static final Fusion FULL = new Fusion(AUTO, null, 1.0, 1.0, Order.BACK, Gate.TRAINED, 1.0, 0);

        public Fusion {
            layers = layers == null ? null : List.copyOf(layers);
        }
    }

    /**
     * What a sharer's cache goes through on its way, whether or not it leaves the machine.
     *
     * @param codec in which it crosses
     * @param layers of the sharer that cross, ascending; null for all
     * @param noise added to what crosses, in standard deviations of each channel, 0 to 10
     * @param inversionRisk whether it is measured how many tokens can be read back from what crosses
     */
    record Wire(Codec codec, @Nullable List<Integer> layers, double noise, boolean inversionRisk) {

        /** Everything crosses as it is. */
        public static final Wire OPEN = new Wire(Codec.F32, null, 0, false);

        public Wire {
            layers = layers == null ? null : List.copyOf(layers);
        }

        /** Whether less crosses than the cache. */
        public boolean isPolicy() {
            return codec != Codec.F32 || layers != null || noise > 0;
        }
    }

    /** How numbers are written on the wire. */
    enum Codec {
        F32,
        INT8,
        INT4
    }

    /** The layers that the link names; empty if it names none, or has none to name. */
    default List<Integer> namedLayers() {
        List<Integer> named = switch (this) {
            case Fused fused -> fused.fusion().layers();
            case TextAndFused both -> both.fusion().layers();
            case CachePrefix prefix -> prefix.layers();
            case Text text -> null;
            case Handover handover -> null;
            case Auto auto -> null;
        };
        return named == null ? List.of() : named;
    }

    /** The end of the prompt from which positions are fused. */
    enum Order {
        BACK,
        FRONT
    }

    /** What decides whether a layer's keys and values are fused. */
    enum Gate {
        TRAINED,
        OPEN,
        CLOSED
    }
}
