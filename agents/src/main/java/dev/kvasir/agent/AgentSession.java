package dev.kvasir.agent;

import java.nio.file.Path;

/**
 * What the nodes of one island share while they run: the KV caches they leave for each other.
 *
 * <p>Used by one thread at a time. A cache left under a node's id is replaced when that node runs again.
 */
public interface AgentSession extends AutoCloseable {

    /**
     * Lets a model answer.
     *
     * @param listener hears every piece of text as it is decoded, and is asked whether to go on
     * @throws AgentException if the reply cannot be had; its fault says why and whether a retry may help
     */
    AgentReply reply(ReplyRequest request, ReplyListener listener);

    /**
     * Prefills a sharer with the receiver's messages and leaves its KV cache under the sharer's node id; nothing is
     * decoded (C2C, arXiv:2510.03215, section 3).
     *
     * @throws AgentException if the pair has no fuser, cannot be aligned, or does not fit into memory
     */
    ShareReply share(ShareRequest request, ReplyListener listener);

    /**
     * Prefills a sharer with its own messages and leaves its KV cache under its node id, to be put before the receiver's;
     * nothing is decoded and nothing trained (KVComm, arXiv:2510.03346).
     *
     * @throws AgentException if the two do not have one architecture, or do not fit into memory
     */
    ShareReply prefix(PrefixRequest request, ReplyListener listener);

    /**
     * Lets a sharer read like {@link #prefix}, for a receiver on another worker: what crosses is written to a file, without the tokens
     * it was read from, and nothing is left in the session.
     *
     * @param target of the file, which must not be there yet; in a folder that only this process reads
     */
    ShareReply depart(PrefixRequest request, Path target, ReplyListener listener);

    /**
     * Writes a conversation that a node left to be continued, for a receiver on another worker: the whole cache as it is, and the
     * turns it was read from. It stays in the session.
     *
     * @param node one that replied in this session with its cache kept
     * @param target as of {@link #depart}
     */
    Packed pack(String node, Path target);

    /**
     * Takes over what another worker's session let {@linkplain #depart depart} or {@linkplain #pack packed}, and leaves it under the
     * sharer's node id.
     *
     * @param node the sharer's
     * @param source that file; not needed any more afterwards
     * @throws AgentException if it is not one of the receiver's architecture, or does not fit into memory
     */
    void arrive(String node, Receiver receiver, Path source);

    /** Closes every KV cache of the session. */
    @Override
    void close();
}
