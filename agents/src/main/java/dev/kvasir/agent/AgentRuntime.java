package dev.kvasir.agent;

/**
 * One worker's agents: it loads models when they are first needed and opens the sessions in which islands run.
 *
 * <p>Safe for several threads. Closing it unloads every model.
 */
public interface AgentRuntime extends AutoCloseable {

    /**
     * Opens the session of one island; its KV caches live until it is closed.
     *
     * @param tenant for whom it runs
     * @param attempt which try of the island this is, from 1
     */
    AgentSession open(Tenant tenant, int attempt);

    @Override
    void close();
}
