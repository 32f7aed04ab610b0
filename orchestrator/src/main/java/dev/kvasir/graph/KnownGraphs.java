package dev.kvasir.graph;

import java.util.Optional;
import java.util.OptionalInt;

/** The published graphs of whoever a document belongs to; others' are not known. */
public interface KnownGraphs {

    /** None at all. */
    KnownGraphs NONE = new KnownGraphs() {
        @Override
        public OptionalInt newest(String name) {
            return OptionalInt.empty();
        }

        @Override
        public Optional<GraphDocument> version(GraphRef graph) {
            return Optional.empty();
        }
    };

    /** All that are named: for a version that was checked when it was published, and is locked to them. */
    KnownGraphs TAKEN = new KnownGraphs() {
        @Override
        public OptionalInt newest(String name) {
            return OptionalInt.empty();
        }

        @Override
        public Optional<GraphDocument> version(GraphRef graph) {
            return Optional.empty();
        }
    };

    /** The number of a graph's newest version; empty if there is no such graph, or it has none. */
    OptionalInt newest(String name);

    Optional<GraphDocument> version(GraphRef graph);
}
