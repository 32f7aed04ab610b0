package dev.kvasir.graph;

import org.jspecify.annotations.Nullable;

/** What crosses an edge. */
public sealed interface Link {

    /** The mode as documents, runs and pages name it. */
    Mode mode();

    /** What happens when the link cannot run as asked; text always can. */
    default Fallback fallback() {
        return Fallback.NONE;
    }

    /** The kinds of link. */
    enum Mode {
        TEXT,
        C2C,
        TEXT_C2C,
        HANDOVER,
        CACHE_PREFIX,
        AUTO;

        /** Whether KV caches cross, so that both ends must run in one worker. */
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
    record Fused(Fusion fusion, Fallback fallback) implements Link {
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
    record TextAndFused(@Nullable String template, Fusion fusion, Fallback fallback) implements Link {
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
     * Chosen layers of the sharer's KV cache, put before the receiver's; both ends have the same architecture.
     *
     * @param layerShare part of the layers, (0, 1]
     */
    record CachePrefix(double layerShare, Fallback fallback) implements Link {
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
     * @param share part of the positions that are fused, 0 to 1
     * @param order from which end of the prompt the share is counted
     * @param gate whether the trained gates decide
     * @param rank order among several sharers of one receiver, lowest first; equal ranks go by the document's order
     */
    record Fusion(String fuser, double share, Order order, Gate gate, int rank) {

        /** The name that leaves the choice of fuser to the planner. */
        public static final String AUTO = "auto";
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
