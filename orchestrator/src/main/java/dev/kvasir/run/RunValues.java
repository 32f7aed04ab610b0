package dev.kvasir.run;

import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Values;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What agents of a run have read and written so far.
 *
 * @param texts what agents wrote; one that wrote nothing is absent
 * @param prompts the user turn that each of them read
 */
record RunValues(ObjectNode input, long seed, Map<NodeId, String> texts, Map<NodeId, String> prompts) {
    RunValues {
        texts = Map.copyOf(texts);
        prompts = Map.copyOf(prompts);
    }

    /** What templates may name. */
    Values named() {
        return Values.of(input, seed, texts);
    }

    /** The same, and one more agent's. */
    RunValues with(NodeId node, String prompt, String text) {
        Map<NodeId, String> moreTexts = new HashMap<>(texts);
        Map<NodeId, String> morePrompts = new HashMap<>(prompts);
        moreTexts.put(node, text);
        morePrompts.put(node, prompt);
        return new RunValues(input, seed, moreTexts, morePrompts);
    }
}
