package dev.kvasir.openai;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.ReplySource;
import dev.kvasir.library.GraphVersion;
import java.util.UUID;

/**
 * What a request's model name stands for: a version of a graph, and which of its outputs replies.
 *
 * @param id as answers name it: {@code kvasir/coder_writer@3}, or a local model's own name
 * @param output the reply's name among the graph's outputs
 */
record ServedModel(String id, GraphVersion version, Graph graph, String output, ReplySource source) {

    /**
     * Finds out which output replies.
     *
     * @throws dev.kvasir.access.ProblemException if none of several can be told to
     */
    static ServedModel of(String id, GraphVersion version, Graph graph) {
        String output = ReplySource.output(graph)
                .orElseThrow(() -> Refusals.invalid(
                        "/model",
                        "Graph '%s' has several outputs, and none is called text or answer. Name the one that replies so."
                                .formatted(version.name())));
        return new ServedModel(id, version, graph, output, ReplySource.of(graph, output));
    }

    UUID graphId() {
        return version.graph().value();
    }
}
