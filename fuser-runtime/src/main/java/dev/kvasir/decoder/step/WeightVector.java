package dev.kvasir.decoder.step;

/** A norm's or a bias' weights; empty where a model has none. */
public final class WeightVector {
    /** What is not there. */
    public static final WeightVector NONE = new WeightVector();

    private final float[] values;

    /** Takes the array over. */
    public WeightVector(float... values) {
        this.values = values;
    }

    /** The weights themselves, not to be written to. */
    public float[] values() {
        return values;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }
}
