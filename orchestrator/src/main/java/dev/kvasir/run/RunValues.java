package dev.kvasir.run;

import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Said;
import dev.kvasir.graph.Values;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What nodes of a run have read and said so far.
 *
 * @param round of the innermost loop around whoever looks, from 0
 * @param said by node; one that has said nothing is absent
 * @param prompts the user turn that each agent read
 */
record RunValues(ObjectNode input, long seed, int round, Map<NodeId, Said> said, Map<NodeId, String> prompts) {
    RunValues {
        said = Map.copyOf(said);
        prompts = Map.copyOf(prompts);
    }

    /** What templates and conditions may name. */
    Values named() {
        return Values.of(input, seed, said).inRound(round);
    }

    /** What a node wrote; null if it wrote nothing. */
    @Nullable
    String text(NodeId node) {
        Said what = said.get(node);
        return what == null ? null : what.text();
    }

    /** The same, as a node in some round of a loop sees it. */
    RunValues inRound(int number) {
        return new RunValues(input, seed, number, said, prompts);
    }

    /** The same, and one more agent's. */
    RunValues with(NodeId node, String prompt, String text) {
        Map<NodeId, Said> moreSaid = new HashMap<>(said);
        Map<NodeId, String> morePrompts = new HashMap<>(prompts);
        moreSaid.put(node, Said.text(text));
        morePrompts.put(node, prompt);
        return new RunValues(input, seed, round, moreSaid, morePrompts);
    }
}
