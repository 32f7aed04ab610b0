package dev.kvasir.agent;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What goes with a conversation's cache beside keys and values: what it takes to continue it. */
record ParcelNote(String model, List<Integer> pending, List<Message> messages, List<Boolean> hidden) {

    private static final JsonMapper JSON = JsonMapper.shared();

    ParcelNote {
        pending = List.copyOf(pending);
        messages = List.copyOf(messages);
        hidden = List.copyOf(hidden);
    }

    static ParcelNote of(KeptCache.Conversation conversation) {
        return new ParcelNote(
                conversation.model().get().fingerprint().weights(),
                conversation.pending(),
                conversation.messages(),
                conversation.hidden());
    }

    /** Whether a note is a conversation's; a prefix has none. */
    static boolean isOne(String note) {
        return !note.isEmpty();
    }

    String text() {
        ObjectNode note = JSON.createObjectNode().put("model", model);
        pending.forEach(note.putArray("pending")::add);
        hidden.forEach(note.putArray("hidden")::add);
        var turns = note.putArray("messages");
        messages.forEach(
                message -> turns.addObject().put("role", message.role().name()).put("content", message.content()));
        return note.toString();
    }

    /** What {@link #text} wrote; it came sealed, so it is as it was written. */
    static ParcelNote read(String text) {
        JsonNode note = JSON.readTree(text);
        List<Integer> pending = new ArrayList<>();
        note.path("pending").forEach(id -> pending.add(id.asInt()));
        List<Boolean> hidden = new ArrayList<>();
        note.path("hidden").forEach(pad -> hidden.add(pad.asBoolean()));
        List<Message> messages = new ArrayList<>();
        note.path("messages")
                .forEach(turn -> messages.add(new Message(
                        Message.Role.valueOf(turn.path("role").asString()),
                        turn.path("content").asString())));
        return new ParcelNote(note.path("model").asString(), pending, messages, hidden);
    }
}
