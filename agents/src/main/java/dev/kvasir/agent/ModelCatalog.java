package dev.kvasir.agent;

import java.util.Optional;

/** Where the models and fusers of this machine are. Safe for several threads. */
public interface ModelCatalog {

    /**
     * Looks a model up.
     *
     * @param name a registered name, or {@code name@digest} with at least 8 hexadecimal digits of the digest
     */
    Optional<ModelEntry> model(String name);

    /** Looks a fuser up by its registered name. */
    Optional<FuserEntry> fuser(String name);

    /** Finds the fuser that leads from one model to another. */
    Optional<FuserEntry> fuserBetween(String sharer, String receiver);
}
