package dev.kvasir.pool;

import java.util.List;
import java.util.Optional;

/** What there is to run graphs with: models and fusers as registered, workers and their devices. */
public interface Pool {

    /** Every registered model, by name; those whose file has gone too. */
    List<ModelRecord> models();

    Optional<ModelRecord> model(String name);

    /** Every registered fuser, by name. */
    List<FuserRecord> fusers();

    Optional<FuserRecord> fuser(String name);

    /** The workers of the last day, living ones first. */
    List<WorkerRecord> workers();

    /** How many islands wait for a worker. */
    int waitingIslands();
}
