package dev.kvasir.model;

/** The largest sizes a model may claim; what lies beyond is refused unread. */
public final class ModelLimits {

    public static final int LAYERS = 1_024;
    public static final int HEADS = 1_024;
    public static final int HEAD_DIM = 4_096;
    public static final int HIDDEN = 1 << 17;
    public static final int INTERMEDIATE = 1 << 20;
    public static final int VOCABULARY = 1 << 22;
    public static final int CONTEXT = 1 << 27;

    private ModelLimits() {}
}
