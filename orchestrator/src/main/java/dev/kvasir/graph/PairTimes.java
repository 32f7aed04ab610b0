package dev.kvasir.graph;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How long finished edges between two models took, by mode, as far as it was logged. */
public interface PairTimes {

    /** Nothing was logged. */
    PairTimes NONE = (from, to, profile) -> Map.of();

    /**
     * Times of an ordered pair, at about the size of what the run at hand reads.
     *
     * @param from the sender's model, as graphs name it
     * @param to the receiver's
     * @return per mode the times that both ends took together, without waiting and loading; a mode that never ran may be missing
     */
    Map<Link.Mode, List<Duration>> of(String from, String to, Profile profile);
}
