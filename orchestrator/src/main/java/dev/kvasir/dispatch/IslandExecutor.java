package dev.kvasir.dispatch;

import java.time.Duration;
import java.util.List;

/** Does what islands ask for; the dispatcher decides when. */
public interface IslandExecutor {

    /** Claims up to {@code free} islands, in a transaction of its own. */
    List<Lease> claim(int free);

    /** How long the island may take. */
    Duration timeout(Lease lease);

    /** Runs the island to its end and commits that. Asks the work whether it is to stop. */
    void execute(Work work);

    /** Commits that the work was given up, from another thread, because it does not end by itself. */
    void giveUp(Work work, StopReason reason);
}
