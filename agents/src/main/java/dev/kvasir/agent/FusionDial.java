package dev.kvasir.agent;

/**
 * How much of a sharer's cache is fused.
 *
 * @param share part of the positions that are fused, 0 to 1; 0 is the receiver alone
 * @param order from which end of the prompt the share is counted
 * @param gate whether the trained gates decide, or all are open or closed
 */
public record FusionDial(double share, Order order, Gate gate) {

    public static final FusionDial FULL = new FusionDial(1.0, Order.BACK, Gate.TRAINED);

    /** The end of the prompt at which fusing starts. */
    public enum Order {
        BACK,
        FRONT
    }

    /** What decides whether a layer's keys and values are fused. */
    public enum Gate {
        TRAINED,
        OPEN,
        CLOSED
    }

    public FusionDial {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be between 0 and 1, not " + share);
        }
    }
}
