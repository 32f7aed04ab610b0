package dev.kvasir.fuser;

/** Whether gates follow their training or are overruled. */
public enum Gates {
    TRAINED,
    OPEN,
    CLOSED;

    boolean open(double logit) {
        return switch (this) {
            case TRAINED -> logit > 0;
            case OPEN -> true;
            case CLOSED -> false;
        };
    }
}
