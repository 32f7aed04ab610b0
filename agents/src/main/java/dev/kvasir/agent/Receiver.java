package dev.kvasir.agent;

import java.util.List;

/**
 * Who takes a cache over.
 *
 * @param model its name
 * @param messages what it will read behind the cache, oldest first
 * @param profile how it computes
 * @param maxTokens most tokens that it answers with
 */
public record Receiver(String model, List<Message> messages, Profile profile, int maxTokens) {

    public Receiver {
        messages = List.copyOf(messages);
    }
}
