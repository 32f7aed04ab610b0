package dev.kvasir.grammar;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a grammar about texts, byte by byte. */
final class Language {

    private static final JsonMapper JSON = new JsonMapper();

    private final ByteAutomaton automaton;

    private Language(JsonGrammar grammar) {
        BitSet all = new BitSet();
        all.set(0, 256);
        this.automaton = new ByteAutomaton(grammar, all);
    }

    static Language of(String schema) {
        return of(json(schema));
    }

    static Language of(JsonNode schema) {
        return new Language(JsonGrammar.of(schema));
    }

    static Language ofAnyObject() {
        return new Language(JsonGrammar.anyObject());
    }

    static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    boolean has(String text) {
        ByteState state = automaton.start();
        for (byte value : text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)) {
            state = automaton.next(state, value & 0xFF);
        }
        return automaton.isWhole(state);
    }

    /** Whether a text of the language begins so. */
    boolean begins(String text) {
        ByteState state = automaton.start();
        for (byte value : text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)) {
            state = automaton.next(state, value & 0xFF);
        }
        return state != ByteState.DEAD;
    }
}
