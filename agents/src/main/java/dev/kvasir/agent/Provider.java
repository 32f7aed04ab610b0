package dev.kvasir.agent;

/**
 * Reaches models that run elsewhere. Found by {@link java.util.ServiceLoader}, so that the room of agents need not know
 * which libraries exist.
 */
public interface Provider {

    /**
     * Asks a remote model.
     *
     * @throws AgentException {@link AgentFault#PROVIDER_FAILED} if it could not be reached or refused; the message holds
     *     no key
     */
    AgentReply reply(ModelEntry.Remote model, ReplyRequest request, ReplyListener listener);
}
