package dev.kvasir.graph;

/** Whether edges may carry what no human can read: KV caches. */
public enum OpaqueEdges {
    ALLOWED,
    /** Between agents only text crosses. */
    FORBIDDEN;

    static final String SENTENCE = "opaque edges are forbidden here: only text may cross between agents";
}
