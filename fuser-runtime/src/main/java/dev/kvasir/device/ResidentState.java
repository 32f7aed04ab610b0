package dev.kvasir.device;

import java.util.EnumSet;
import java.util.Set;

/** The life of something on a device. */
public enum ResidentState {
    /** Its bytes are booked and somebody is loading it. */
    LOADING,
    /** It can be used. */
    READY,
    /** It is being unloaded; its bytes count until they are free. */
    DRAINING,
    /** It is gone. */
    EVICTED,
    /** It could not be loaded. */
    FAILED;

    Set<ResidentState> next() {
        return switch (this) {
            case LOADING -> EnumSet.of(READY, FAILED);
            case READY -> EnumSet.of(DRAINING);
            case DRAINING -> EnumSet.of(EVICTED);
            case EVICTED, FAILED -> EnumSet.noneOf(ResidentState.class);
        };
    }
}
