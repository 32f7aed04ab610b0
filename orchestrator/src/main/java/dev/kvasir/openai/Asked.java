package dev.kvasir.openai;

import java.util.List;
import java.util.Map;

/**
 * What a request asks for, whichever API it came by.
 *
 * @param model as the request names it
 * @param turns the conversation, oldest first
 * @param labels of the run
 */
record Asked(String model, List<ChatTurn> turns, Sampling sampling, Extension extension, Map<String, String> labels) {

    Asked {
        turns = List.copyOf(turns);
        labels = Map.copyOf(labels);
    }
}
